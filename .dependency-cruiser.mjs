/**
 * The allowed imports between folders. All others are forbidden, including imports of types:
 *
 *     party | worker → edge | auth | room → document → protocol
 *              dashboard → demo/ui, client → protocol
 *                          demo → client → protocol
 *
 * All server folders may import the files directly in src/, src/body/, src/config/ and src/operations/.
 */

const SHARED = '^src/[^/]+\\.ts$|^src/(body|config|operations)/|^package\\.json$';
const PROTOCOL = '^src/protocol/';

/** Allows a folder to import itself, the listed folders and libraries. */
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [from, ...to, 'node_modules/', '^(node|cloudflare):', '^[a-z]+$'] },
});

/** Allows only one folder to import a library. */
const library = (name, path, home) => ({
  name: `${name}-only-there`,
  severity: 'error',
  from: { path: '^(party|worker|src|client|demo|dashboard)/', pathNot: home },
  to: { path },
});

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^cloudflare:' },
    },
    only('protocol', PROTOCOL),
    only('document', '^src/document/', PROTOCOL),
    only('shared', SHARED, PROTOCOL),
    only('edge', '^src/edge/', SHARED, PROTOCOL),
    only('auth', '^src/auth/', SHARED, PROTOCOL),
    only('room', '^src/room/', '^src/document/', SHARED, PROTOCOL),
    only('party', '^party/', '^src/(edge|auth|room)/', SHARED, PROTOCOL),
    only('worker', '^worker/', '^src/(edge|auth|room)/', SHARED, PROTOCOL),
    only('client', '^client/', PROTOCOL),
    only('demo', '^demo/', '^client/', '^partykit\\.json$'),
    only('dashboard', '^dashboard/', '^demo/(ui|hooks)/', '^client/', PROTOCOL),
    {
      name: 'room-protocols-apart',
      comment: 'These subfolders of src/room/ may import the room, but not each other.',
      severity: 'error',
      from: { path: '^src/room/(sync|http|persister|log)/' },
      to: { path: '^src/room/(sync|http|persister|log)/', pathNot: '^src/room/$1/' },
    },
    {
      name: 'protocol-without-libraries',
      severity: 'error',
      from: { path: PROTOCOL },
      to: { dependencyTypesNot: ['local'] },
    },
    library('partykit', 'node_modules/partykit/', '^party/'),
    library('partyserver', 'node_modules/partyserver/|^cloudflare:', '^worker/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
