import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { processTree } from '../../../dev/process-tree.ts';

/** An address that a process listens on, such as `127.0.0.1`, `0.0.0.0`, `::1` or `::`. */
export interface Listener {
  address: string;
  port: number;
}

/** Returns all TCP sockets on which a server and its child processes listen. */
export const listenersOf = (root: number): Promise<Listener[]> =>
  process.platform === 'linux' ? fromProc(root) : fromLsof(root);

async function fromProc(root: number): Promise<Listener[]> {
  const sockets = new Set<string>();
  for (const pid of processTree(root)) {
    const folder = `/proc/${pid}/fd`;
    for (const file of await readdir(folder).catch(() => [])) {
      const [, socket] = /^socket:\[(\d+)\]$/.exec(await linkOf(`${folder}/${file}`)) ?? [];
      if (socket) sockets.add(socket);
    }
  }
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readTable(name)));
  return tables.flat().flatMap(({ socket, ...listener }) => (sockets.has(socket) ? listener : []));
}

const linkOf = (path: string) => readlink(path).catch(() => '');

const LISTENING = '0A';

/** The columns are `index: address:port address:port state … inode`, with addresses in hex. */
async function readTable(name: string): Promise<(Listener & { socket: string })[]> {
  const table = await readFile(`/proc/net/${name}`, 'utf8').catch(() => '');
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [address = '', port = ''] = columns[1]?.split(':') ?? [];
    if (columns[3] !== LISTENING) return [];
    return { address: readable(address), port: Number.parseInt(port, 16), socket: columns[9]! };
  });
}

/** Of IPv6 addresses, only loopback and the wildcard are recognized. */
function readable(hex: string): string {
  if (hex.length > 8) return /^0+$/.test(hex) ? '::' : hex.endsWith('01000000') ? '::1' : hex;
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

async function fromLsof(group: number): Promise<Listener[]> {
  const command = ['-nP', '-a', '-g', `${group}`, '-iTCP', '-sTCP:LISTEN', '-Fn'];
  const { stdout } = await promisify(execFile)('lsof', command);
  return [...stdout.matchAll(/^n\[?(.+?)\]?:(\d+)$/gm)].map(([, address = '', port]) => ({
    address: address === '*' ? '0.0.0.0' : address,
    port: Number(port),
  }));
}
