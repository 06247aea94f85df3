import * as v from 'valibot';
import type { MountPoint } from '../../platform.ts';
import type { Variables } from './options.ts';

/** Segments of unreserved characters (RFC 3986), which no client escapes. */
const BASE_PATH = /^(?!.*\/\.{1,2}(\/|$))(\/[\w.~-]+)*\/?$/;

const A_PATH = 'has to be a path like "/sync", of letters, digits, ".", "_", "~" and "-"';

const entries = {
  basePath: v.optional(v.pipe(v.string(A_PATH), v.regex(BASE_PATH, A_PATH)), ''),
  settings: v.optional(v.function('has to be a function of env'), () => asVariables),
  page: v.optional(v.function('has to be a function'), () => noPage),
  dashboard: v.optional(v.function('has to be a function'), () => noPage),
};

const asVariables = (env: Variables): Variables => env;
const noPage = async (): Promise<undefined> => undefined;

/** Two names of an engine's configuration. */
const names = (name: RegExp, expected: string, defaults: { auth: string; user: string }) => {
  const Name = v.pipe(v.string(expected), v.regex(name, expected));
  return v.optional(
    v.pipe(
      v.strictObject(
        { auth: v.optional(Name, defaults.auth), user: v.optional(Name, defaults.user) },
        'has to be an object with "auth" and "user"',
      ),
      v.check(({ auth, user }) => auth !== user, 'needs two different names'),
    ),
    {},
  );
};

const WorkerOptions = v.strictObject({
  ...entries,
  bindings: names(/^[A-Za-z_$][\w$]*$/, 'has to be the name of a binding', {
    auth: 'TINYHOST_AUTH',
    user: 'TINYHOST_USER',
  }),
});

const PartyOptions = v.strictObject({
  ...entries,
  parties: names(
    /^(?!main$)[a-z_$][a-z0-9_$]*$/,
    'has to be the name of a party: a-z, 0-9 and _, without a leading digit, and not "main"',
    { auth: 'auth', user: 'user' },
  ),
});

/** A service that is mounted in an app: its options with the defaults filled in. */
export interface Mount extends MountPoint {
  settings(env: object): Variables;
  page(source: object): Promise<Response | undefined>;
  dashboard(source: object): Promise<Response | undefined>;
}

type Names = { auth: string; user: string };

/** Checks the options of a Worker. Throws a TypeError that says what is expected. */
export const readWorkerOptions = (options: unknown): Mount & { bindings: Names } =>
  toMount(read(WorkerOptions, options));

/** Checks the options of a PartyKit project. Throws a TypeError that says what is expected. */
export const readPartyOptions = (options: unknown): Mount & { parties: Names } =>
  toMount(read(PartyOptions, options));

function read<Schema extends typeof WorkerOptions | typeof PartyOptions>(
  schema: Schema,
  options: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, options);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const name = v.getDotPath(issue);
  if (name === null) throw new TypeError('createTinyHost: the options have to be an object');
  if (issue.expected === 'never') {
    const known = Object.keys(schema.entries).join(', ');
    throw new TypeError(`createTinyHost: there is no option ${name}; the options are ${known}`);
  }
  throw new TypeError(`createTinyHost: ${name} ${issue.message}`);
}

const toMount = <
  Read extends { basePath: string; settings: unknown; page: unknown; dashboard: unknown },
>(
  options: Read,
) => ({ ...options, basePath: options.basePath.replace(/\/$/, '') }) as Read & Mount;
