import { once } from 'node:events';
import { createServer } from 'node:http';
import { type BuildOptions, build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { sourcesOf } from '../../../scripts/packages.ts';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>App</title>
<div id="root"></div><script type="module" src="/app.js"></script></html>`;

/** The client's modules by the names that an app imports. */
const CLIENT = Object.fromEntries(
  Object.entries(sourcesOf('client')).map(([subpath, source]) => [
    subpath.replace('.', 'tinyhost-client'),
    `./${source}`,
  ]),
);
const REACT_NATIVE = './test/helpers/browser/react-native-modules.ts';

/** Bundles an app and serves it from a separate origin until the test ends. */
export async function serveApp(source: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    ...source,
    bundle: true,
    write: false,
    jsx: 'automatic',
    format: 'esm',
    alias: {
      ...CLIENT,
      'react-native': REACT_NATIVE,
      '@react-native-community/netinfo': REACT_NATIVE,
      '@react-native-async-storage/async-storage': REACT_NATIVE,
    },
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const server = createServer(({ url }, response) => {
    const isScript = url === '/app.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0]!.text : PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
