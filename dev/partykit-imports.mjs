const CLI = new URL('../node_modules/partykit/dist/bin.mjs', import.meta.url).href;
const LOOPBACK = new URL('./partykit-loopback.mjs', import.meta.url).href;

/** Gives PartyKit's command line, in the place of what opens servers, what holds them back. */
export const resolve = (specifier, context, next) =>
  context.parentURL === CLI && ['miniflare', 'esbuild'].includes(specifier)
    ? { url: LOOPBACK, shortCircuit: true }
    : next(specifier, context);
