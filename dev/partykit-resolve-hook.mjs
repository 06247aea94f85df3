const CLI = new URL('../node_modules/partykit/dist/bin.mjs', import.meta.url).href;
const LOOPBACK = new URL('./partykit-loopback.mjs', import.meta.url).href;

/** Node.js resolve hook: PartyKit's CLI imports our wrappers of Miniflare and esbuild. */
export const resolve = (specifier, context, next) =>
  context.parentURL === CLI && ['miniflare', 'esbuild'].includes(specifier)
    ? { url: LOOPBACK, shortCircuit: true }
    : next(specifier, context);
