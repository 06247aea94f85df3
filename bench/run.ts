/**
 * `npm run bench` runs every part, `npm run bench -- sync` one; what follows the name of a part is
 * for the part itself (`--help` lists it).
 */
const PARTS: Record<string, () => Promise<{ run(args: string[]): Promise<void> }>> = {
  client: () => import('./client/part.ts'),
  sync: () => import('./sync/part.ts'),
  auth: () => import('./auth/part.ts'),
};

const [name, ...args] = process.argv.slice(2);
const chosen = name === undefined ? Object.keys(PARTS) : [name];
for (const part of chosen) {
  const load = PARTS[part];
  if (!load) throw new Error(`no such part: ${part}; there is ${Object.keys(PARTS).join(', ')}`);
  await (await load()).run(args);
}

export {};
