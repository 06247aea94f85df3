/**
 * Caches the page's own files, so that the page opens without network. It never caches responses of
 * the API.
 *
 * Each cache holds one build of the page: `/`, and all files that the page or its scripts reference.
 * The network comes first. A cached page is shown only if the server fails or does not answer in
 * time.
 */

/** How long to wait for the server before a cached page is shown. */
const PAGE_TIMEOUT_MS = 3_000;
/** How long the download of a file may take. */
const FILE_TIMEOUT_MS = 60_000;
const PREFIX = 'page-';
const FILES = /^\/($|assets\/|favicon\.svg$)/;
/** The inspector is not cached: it is for developers, and larger than all other files. */
const UNCACHED = /\/inspector-/;
/** Files with a hash in their name never change. */
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
  if (pathname !== '/') event.respondWith(cached(pathname).then((file) => file ?? fetch(request)));
  else if (request.mode === 'navigate') event.respondWith(openPage(event));
});

async function openPage(event) {
  const fresh = refresh(event.request);
  // A slow response still updates the cache for the next visit.
  event.waitUntil(fresh.catch(() => undefined));
  await deleteOldBuilds();
  const old = await cached('/');
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PAGE_TIMEOUT_MS, old));
  const page = await Promise.race([fresh, late]).catch(() => old);
  if (page === old || page.status >= 500) return old;
  await deleteOldBuilds();
  return page;
}

/** Fetches and caches the page and all its files. Resolves with the server's response. */
async function refresh(request) {
  const page = await load(request);
  const html = await page.clone().text();
  if (!page.ok || !html.includes('/assets/main.js')) {
    // The server now has another page or none, so this service worker is obsolete.
    if (page.ok || page.status === 404 || page.status === 410) await unregister();
    return page;
  }
  const files = new Map();
  const add = async (path) => {
    if (files.has(path)) return;
    files.set(path, undefined);
    const file = (HASHED.test(path) && (await cached(path))) || (await load(path));
    if (!file.ok) throw new Error(`${path} is missing`);
    files.set(path, file);
    await Promise.all(referencedFiles(await file.clone().text()).map(add));
  };
  await Promise.all(referencedFiles(html).map(add));
  const cache = await caches.open(`${PREFIX}${Date.now()}`);
  for (const [path, file] of files) await cache.put(path, file);
  // The page is added last, to mark the build as complete.
  await cache.put('/', page.clone());
  return page;
}

const load = (request) =>
  fetch(request, { cache: 'no-cache', signal: AbortSignal.timeout(FILE_TIMEOUT_MS) });

/** Returns the paths of the files that HTML or a script references. */
function referencedFiles(text) {
  const inHtml = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  const inScript = [...text.matchAll(/["'`]\.\/([\w-]+\.js)["'`]/g)].map(
    ([, name]) => `/assets/${name}`,
  );
  return [...inHtml, ...inScript].filter((path) => FILES.test(path) && !UNCACHED.test(path));
}

/** Returns the complete builds, the oldest first. Open pages use the oldest one. */
async function builds() {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = name.startsWith(PREFIX) && (await caches.open(name));
    if (cache && (await cache.match('/'))) found.push({ name, cache });
  }
  return found;
}

async function cached(path) {
  const [build] = await builds();
  return build?.cache.match(path);
}

/** Deletes all builds that are older than the newest complete one. */
async function deleteOldBuilds() {
  const newest = (await builds()).at(-1)?.name;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of names.slice(0, Math.max(0, names.indexOf(newest)))) await caches.delete(name);
}

/** Deletes all caches and the service worker. */
async function unregister() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) await caches.delete(name);
  }
  await self.registration.unregister();
}
