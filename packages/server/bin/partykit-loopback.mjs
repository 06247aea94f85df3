import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';

/** Wraps Miniflare and esbuild for PartyKit's CLI, so that their servers listen on loopback. */

const LOOPBACK = '127.0.0.1';

const { cli, host, inspects } = globalThis.partykitDev;
const require = createRequire(cli);
const miniflare = require('miniflare');
const esbuild = require('esbuild');

const restricted = (options) => ({
  ...options,
  host,
  inspectorPort: inspects ? options.inspectorPort : undefined,
});

/** The CLI lists the debugger's sessions, and prints a stack trace if it gets no response. */
const answerNoDebugger = (port) =>
  createServer((_request, response) => response.end('[]'))
    .listen(port)
    .unref();

export class Miniflare extends miniflare.Miniflare {
  constructor(options) {
    super(restricted(options));
    if (!inspects) answerNoDebugger(options.inspectorPort);
  }

  setOptions(options) {
    return super.setOptions(restricted(options));
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

// The debugger's server passes no address, and Miniflare's own server passes the service's.
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...target) {
  if (typeof target[0] === 'number') {
    target.splice(1, typeof target[1] === 'string' ? 1 : 0, LOOPBACK);
  }
  return listen.apply(this, target);
};
