import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';

/** What PartyKit's command line imports of Miniflare and esbuild, with addresses to listen on. */

const LOOPBACK = '127.0.0.1';

const { host, inspects } = globalThis.partykitDev;
const require = createRequire(new URL('../node_modules/partykit/dist/bin.mjs', import.meta.url));
const miniflare = require('miniflare');
const esbuild = require('esbuild');

const held = (options) => ({
  ...options,
  host,
  inspectorPort: inspects ? options.inspectorPort : undefined,
});

/** The command line asks Miniflare's debugger for its sessions, and prints a stack where none is. */
const answerNoDebugger = (port) =>
  createServer((_request, response) => response.end('[]'))
    .listen(port)
    .unref();

export class Miniflare extends miniflare.Miniflare {
  constructor(options) {
    super(held(options));
    if (!inspects) answerNoDebugger(options.inspectorPort);
  }

  setOptions(options) {
    return super.setOptions(held(options));
  }
}

export const { Log, TypedEventTarget } = miniflare;
export const { formatMessagesSync } = esbuild;

export default {
  ...esbuild,
  async context(options) {
    const context = await esbuild.context(options);
    return { ...context, serve: (served) => context.serve({ ...served, host: LOOPBACK }) };
  },
};

// The debugger's own server names no address, and Miniflare's takes that of the service.
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...target) {
  if (typeof target[0] === 'number') {
    target.splice(1, typeof target[1] === 'string' ? 1 : 0, LOOPBACK);
  }
  return listen.apply(this, target);
};
