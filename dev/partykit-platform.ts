import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { WorkerOptions } from 'miniflare';
import { runNode } from './run-node.ts';

/**
 * A local replacement for PartyKit's platform. It serves the API that `partykit deploy` uploads to,
 * and builds a worker from the upload and the facade that PartyKit wraps around every project.
 */
export interface PartykitPlatform {
  /** The variables with which `partykit deploy` uploads to it. */
  variables: Record<string, string>;
  /** The names of the files that were uploaded. */
  fileNames(): string[];
  /** Runs `partykit deploy` with `args`, and returns the uploaded form. */
  deploy(...args: string[]): Promise<FormData>;
  /** Builds the worker from an upload. `code` is our own code in it. */
  worker(upload: FormData): Promise<{ worker: WorkerOptions; code: string }>;
  stop(): Promise<void>;
}

export async function startPartykitPlatform(): Promise<PartykitPlatform> {
  const assets = new Map<string, Buffer>();
  let upload: FormData | undefined;

  const server = createServer(async (incoming, outgoing) => {
    const request = await toRequest(incoming);
    const { pathname } = new URL(request.url);
    const asset = assets.get(decodeURIComponent(pathname.slice(1)));
    if (asset) return void outgoing.setHeader('content-type', typeOf(pathname)).end(asset);
    if (request.method === 'PUT') {
      const name = request.headers.get('x-partykit-asset-name') ?? '';
      assets.set(name, Buffer.from(await request.arrayBuffer()));
    }
    if (request.headers.get('content-type')?.startsWith('multipart/form-data')) {
      upload = await request.formData();
    }
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(JSON.stringify({ result: { is_initial_deploy: false }, assets: {} }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const variables = { ...LOGIN, PARTYKIT_API_BASE: url };
  return {
    variables,
    fileNames: () => [...assets.keys()],
    async deploy(...args) {
      upload = undefined;
      await runDeploy(variables, args);
      if (!upload) throw new Error('partykit deploy uploaded nothing');
      return upload;
    },
    worker: async (form) => ({ worker: await toWorker(form, url), code: text(form, 'code') }),
    stop: async () => void server.close(),
  };
}

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
const typeOf = (path: string): string => TYPES[extname(path)] ?? 'application/octet-stream';

const LOGIN = { GITHUB_TOKEN: 'token', GITHUB_LOGIN: 'tester' };

async function runDeploy(variables: Record<string, string>, args: string[]): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'tinyhost-home-'));
  const command = ['node_modules/partykit/dist/bin.mjs', 'deploy', ...args];
  await runNode(command, { ...variables, HOME: home });
  await rm(home, { recursive: true, force: true });
}

async function toWorker(form: FormData, assetServer: string): Promise<WorkerOptions> {
  const facade = await readFile('node_modules/partykit/dist/generated.js', 'utf8');
  const parties = JSON.parse(text(form, 'parties')) as string[];
  const main = facade
    .replace('__WORKER__', './code.js')
    .replace('__R2_BINDINGS__', '[]')
    .replace('__KV_BINDINGS__', '[]')
    .replace('__PARTIES__', parties.map(exportParty).join('\n'));
  const manifest = { assets: {}, ...JSON.parse(text(form, 'staticAssetsManifest') || '{}') };
  return {
    compatibilityDate: text(form, 'compatibilityDate'),
    compatibilityFlags: ['nodejs_compat'],
    bindings: { ...variablesOf(form), PARTYKIT_CRONS: {} },
    durableObjects: {
      PARTYKIT_DURABLE: 'PartyKitDurable',
      ...Object.fromEntries(parties.map((party) => [party, `${party}DO`])),
    },
    modules: [
      esModule('main.js', main),
      esModule('code.js', text(form, 'code')),
      esModule(
        '__STATIC_ASSETS_MANIFEST__',
        `export default ${JSON.stringify({ ...manifest, devServer: assetServer })};`,
      ),
      ...(await shims(form)),
    ],
  };
}

/** The facade recognises a project's variables by this prefix. */
function variablesOf(form: FormData): Record<string, string> {
  const vars = Object.entries(JSON.parse(text(form, 'vars') || '{}') as Record<string, string>);
  return Object.fromEntries(vars.map(([name, value]) => [`pkvar-${name}`, value]));
}

const exportParty = (name: string): string => `
import { ${name} } from './code.js';
export const ${name}DO = createDurable(${name}, { name: '${name}' });
Workers['${name}'] = ${name};`;

const esModule = (path: string, contents: string) =>
  ({ type: 'ESModule', path, contents }) as const;

const wasmModule = (path: string, contents: Uint8Array) =>
  ({ type: 'CompiledWasm', path, contents }) as const;

/** Reads the modules that were uploaded beside the code. */
function shims(form: FormData) {
  const files = [...form].flatMap(([name, value]) =>
    value instanceof File ? [[name.replace('upload/', ''), value] as const] : [],
  );
  return Promise.all(
    files.map(async ([name, file]) =>
      file.type === 'application/wasm'
        ? wasmModule(name, new Uint8Array(await file.arrayBuffer()))
        : esModule(name, await file.text()),
    ),
  );
}

const text = (form: FormData, field: string): string => {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
};

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const init = { body: hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null };
  return new Request(`http://platform${url}`, {
    ...init,
    method,
    headers: incoming.headers as Record<string, string>,
    duplex: 'half',
  } as RequestInit);
}
