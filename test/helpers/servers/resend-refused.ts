const RETRIES = 3;

/**
 * Sends a request again that the proxy of `wrangler dev` has refused without passing it on. The
 * proxy keeps connections to its workerd, which closes them after 5 idle seconds. A request other
 * than GET or HEAD that meets this moment gets a 503 that asks to send it again: 22 of 360 requests
 * that came 4.98 s after the last ones (Wrangler 4.86).
 */
export const resendRefused =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    for (let retries = 0; ; retries += 1) {
      const response = await send(input, init);
      if (retries === RETRIES || !canResend(input, init) || !(await isRefused(response))) {
        return response;
      }
    }
  };

/** A stream can be sent only once. */
const canResend = (input: RequestInfo | URL, init: RequestInit | undefined): boolean =>
  !(input instanceof Request) && !(init?.body instanceof ReadableStream);

const isRefused = async (response: Response): Promise<boolean> =>
  response.status === 503 &&
  (await response.clone().text()).startsWith('Your worker restarted mid-request.');
