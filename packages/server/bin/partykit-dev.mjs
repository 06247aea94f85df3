#!/usr/bin/env node
import { register } from 'node:module';

/**
 * Runs `partykit dev` on the loopback interface only. By itself it opens four servers on every
 * interface, without an option to change that: the service, esbuild's asset server, Miniflare's
 * own server, and a debugger that evaluates code from any page or machine.
 *
 * Accepts the options of `partykit dev`, and:
 *
 *     --host ADDRESS   the address of the service; 0.0.0.0 means every interface
 *     --inspect        opens the debugger on 127.0.0.1:9229 or the next free port
 */

const args = process.argv.slice(2);
const take = (option, length) => {
  const at = args.indexOf(option);
  return at < 0 ? [] : args.splice(at, length);
};
const [, host] = take('--host', 2);
const [inspects] = take('--inspect', 1);

/** The package exports its command only as a neighbour of its library. */
const cli = new URL('./bin.mjs', import.meta.resolve('partykit/server')).href;
globalThis.partykitDev = { cli, host: host ?? '127.0.0.1', inspects: inspects !== undefined };

process.argv.splice(2, Number.POSITIVE_INFINITY, 'dev', ...args);
register('./partykit-resolve-hook.mjs', import.meta.url, { data: cli });
await import(cli);
