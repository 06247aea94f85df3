import { register } from 'node:module';

/**
 * `partykit dev`, held to the loopback interface. Left to itself it listens on every interface:
 * with the service, with esbuild's server of assets, with Miniflare's own server, and with a
 * debugger that evaluates whatever any page or machine sends it. It has no option for any of these.
 *
 * Takes the options of `partykit dev`, and these:
 *
 *     --host ADDRESS   where the service listens; 0.0.0.0 is every interface
 *     --inspect        opens the debugger, on 127.0.0.1:9229 or the next free port
 */

const args = process.argv.slice(2);
const take = (option, length) => {
  const at = args.indexOf(option);
  return at < 0 ? [] : args.splice(at, length);
};
const [, host] = take('--host', 2);
const [inspects] = take('--inspect', 1);
globalThis.partykitDev = { host: host ?? '127.0.0.1', inspects: inspects !== undefined };

process.argv.splice(2, Number.POSITIVE_INFINITY, 'dev', ...args);
register('./partykit-imports.mjs', import.meta.url);
await import('../node_modules/partykit/dist/bin.mjs');
