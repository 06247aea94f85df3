const LOOPBACK = new URL('./partykit-loopback.mjs', import.meta.url).href;

let cli = '';

export const initialize = (url) => {
  cli = url;
};

/** Node.js resolve hook: PartyKit's CLI imports our wrappers of Miniflare and esbuild. */
export const resolve = (specifier, context, next) =>
  context.parentURL === cli && ['miniflare', 'esbuild'].includes(specifier)
    ? { url: LOOPBACK, shortCircuit: true }
    : next(specifier, context);
