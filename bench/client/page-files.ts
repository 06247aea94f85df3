import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BUILD_PAGE, runNode } from '../../dev/run-node.ts';

/** Content by path, such as `/assets/main.js`. The page itself is `/`. */
export type PageFiles = ReadonlyMap<string, Buffer>;

/** Gzipped bytes. */
export interface PageSize {
  /** What a browser loads before it shows the form for signing in. */
  shown: number;
  /** What it loads before the script of the form runs. */
  form: number;
  /** All files, without the inspector of the store. */
  all: number;
}

/** Builds the page, and reads all files that its visitors load. */
export async function buildPage(): Promise<PageFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-page-'));
  try {
    await runNode([...BUILD_PAGE, folder]);
    const files = new Map([['/', await readFile('demo/public/page.txt')]]);
    for (const name of await readdir(folder))
      files.set(`/assets/${name}`, await readFile(join(folder, name)));
    return files;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function sizeOfPage(files: PageFiles): PageSize {
  const paths = [...files.keys()].filter((path) => !path.includes('/inspector-'));
  return {
    shown: gzipped(files, ['/', '/assets/start.js', '/assets/main.css']),
    form: gzipped(files, neededByForm(files)),
    all: gzipped(files, paths),
  };
}

const gzipped = (files: PageFiles, paths: Iterable<string>): number =>
  [...paths].reduce((sum, path) => sum + gzipSync(files.get(path)!).length, 0);

/** The page, and what it and its scripts import statically. */
function neededByForm(files: PageFiles): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (path: string): void => {
    const content = files.get(path);
    if (!content || needed.has(path)) return;
    needed.add(path);
    const text = content.toString();
    const inHtml = path === '/' ? text.matchAll(/(?:src|href)="([^"]+)"/g) : [];
    const inScript = text.matchAll(/(?:import|from)\s*"\.\/([\w-]+\.js)"/g);
    for (const [, name] of inHtml) add(name!);
    for (const [, name] of inScript) add(`/assets/${name}`);
  };
  add('/');
  return needed;
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };

/** Serves the files gzipped, as Cloudflare does, until `stop` is called. */
export async function servePage(files: PageFiles): Promise<{ url: string; stop(): void }> {
  const server = createServer(({ url = '' }, response) => {
    const content = files.get(url);
    const type = url === '/' ? 'text/html' : (TYPES[extname(url)] ?? 'text/plain');
    const headers = { 'Content-Type': type, 'Content-Encoding': 'gzip' };
    response.writeHead(content ? 200 : 404, headers).end(gzipSync(content ?? ''));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
