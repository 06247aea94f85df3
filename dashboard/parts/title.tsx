/** The name of the page, in its header. */
export const Title = () => (
  <h1>
    <img src="/favicon.svg" alt="" width="28" height="28" />
    TinyHost dashboard
  </h1>
);
