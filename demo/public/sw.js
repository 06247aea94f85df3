/**
 * Keeps the page's own files, so that the page opens without network. It keeps nothing else, and
 * so no answer of the service.
 *
 * A cache holds one build of the page: `/`, and every file that it or its scripts name. The network
 * comes first. What is kept is shown only where the server fails or does not answer in time.
 */

/** How long to wait for the server where there is a page to show instead, in milliseconds. */
const PATIENCE = 3_000;
/** How long a file may take, in milliseconds. */
const DEADLINE = 60_000;
const PREFIX = 'page-';
const FILES = /^\/($|assets\/|favicon\.svg$)/;
/** It is for developers, and larger than all the rest. */
const SPARE = /\/inspector-/;
/** What has a hash in its name never changes. */
const HASHED = /-[A-Z0-9]{8}\.js$/;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(refresh('/'));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || !FILES.test(pathname)) return;
  if (pathname !== '/') event.respondWith(kept(pathname).then((file) => file ?? fetch(request)));
  else if (request.mode === 'navigate') event.respondWith(openPage(event));
});

async function openPage(event) {
  const fresh = refresh(event.request);
  // A server that is slow now still brings the next visit up to date.
  event.waitUntil(fresh.catch(() => undefined));
  await dropFormer();
  const old = await kept('/');
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, old));
  const page = await Promise.race([fresh, late]).catch(() => old);
  if (page === old || page.status >= 500) return old;
  await dropFormer();
  return page;
}

/** Fetches the page and all its files, and keeps them. Resolves with the server's answer. */
async function refresh(request) {
  const page = await load(request);
  const html = await page.clone().text();
  if (!page.ok || !html.includes('/assets/main.js')) {
    // Where there is another page now, this one is over.
    if (page.ok || page.status === 404 || page.status === 410) await stepAside();
    return page;
  }
  const files = new Map();
  const add = async (path) => {
    if (files.has(path)) return;
    files.set(path, undefined);
    const file = (HASHED.test(path) && (await kept(path))) || (await load(path));
    if (!file.ok) throw new Error(`${path} is missing`);
    files.set(path, file);
    await Promise.all(namesIn(await file.clone().text()).map(add));
  };
  await Promise.all(namesIn(html).map(add));
  const cache = await caches.open(`${PREFIX}${Date.now()}`);
  for (const [path, file] of files) await cache.put(path, file);
  // Put last, it says that the build is whole.
  await cache.put('/', page.clone());
  return page;
}

const load = (request) =>
  fetch(request, { cache: 'no-cache', signal: AbortSignal.timeout(DEADLINE) });

/** The files that HTML or a script names. */
function namesIn(text) {
  const inHtml = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  const inScript = [...text.matchAll(/["'`]\.\/([\w-]+\.js)["'`]/g)].map(
    ([, name]) => `/assets/${name}`,
  );
  return [...inHtml, ...inScript].filter((path) => FILES.test(path) && !SPARE.test(path));
}

/** The builds that are whole, the oldest first: it is the one that open pages were given. */
async function builds() {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = name.startsWith(PREFIX) && (await caches.open(name));
    if (cache && (await cache.match('/'))) found.push({ name, cache });
  }
  return found;
}

async function kept(path) {
  const [build] = await builds();
  return build?.cache.match(path);
}

/** Deletes all that is older than the newest build. */
async function dropFormer() {
  const newest = (await builds()).at(-1)?.name;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of names.slice(0, Math.max(0, names.indexOf(newest)))) await caches.delete(name);
}

async function stepAside() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) await caches.delete(name);
  }
  await self.registration.unregister();
}
