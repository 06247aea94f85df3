import { version } from '../../../../package.json';
import { mapAtOnce } from '../../../at-once.ts';
import { withDeadline } from '../../../deadline.ts';
import {
  OPERATOR_ROOM,
  type OperatorOperations,
} from '../../../operations/auth-room-operations.ts';
import { call } from '../../../operations/room-calls.ts';
import { fail, type Result, succeed } from '../../../protocol/errors.ts';
import { isNamespace } from '../../../protocol/http-api/namespaces.ts';
import type { NamespaceSummary } from '../../../protocol/http-api/usage.ts';
import type { EdgeContext } from '../../environment.ts';
import { type Metric, writeMetrics } from '../../metrics-text.ts';
import { permit } from '../../middleware/operator-door.ts';
import { askDirectory } from './operated-account.ts';

/** Directories that one request asks; see MAX_STORES_ASKED in store-usage.ts. */
const MAX_NAMESPACES = 40;

/** Milliseconds that a room may take to answer. */
const ANSWER = 8_000;

const NO_NAMESPACE = fail('invalid_field', 'this is not the name of a namespace', {
  field: 'namespace',
});
const NAME_THEM = fail('invalid_field', `name 1 to ${MAX_NAMESPACES} namespaces`, {
  field: 'namespace',
});

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * `GET /admin/metrics`: what directories and the operator's room can count, for Prometheus. The
 * namespaces are those of `?namespace=`, which may be repeated, or else all of NAMESPACES.
 */
export async function metrics(context: EdgeContext): Promise<Result<Response>> {
  const namespaces = namespacesOf(context);
  if (!namespaces.ok) return namespaces;
  const counted = await countAll(context, namespaces.value);
  const body = writeMetrics([
    infoOf(context),
    ...(await keysOf(context)),
    ...ofNamespaces(counted),
  ]);
  return succeed(new Response(body, { headers: { 'Content-Type': CONTENT_TYPE } }));
}

function namespacesOf(context: EdgeContext): Result<string[]> {
  const named = [...new Set(context.req.queries('namespace') ?? [])];
  if (!named.every(isNamespace)) return NO_NAMESPACE;
  const operator = context.get('operator');
  const own = operator.namespace;
  const asked = named.length > 0 ? named : own === null ? listed(context) : [own];
  for (const namespace of asked?.length ? asked : [undefined]) {
    const permitted = permit(operator, 'usage:read', namespace);
    if (!permitted.ok) return permitted;
  }
  return asked && asked.length <= MAX_NAMESPACES ? succeed(asked) : NAME_THEM;
}

/** Those of NAMESPACES; undefined if it allows all. */
function listed({ env }: EdgeContext): string[] | undefined {
  const { NAMESPACES = [] } = env.config;
  return NAMESPACES.includes('*') ? undefined : [...NAMESPACES];
}

type Counted = [namespace: string, counts: NamespaceSummary];

const countAll = (context: EdgeContext, namespaces: string[]): Promise<Counted[]> =>
  mapAtOnce(namespaces, async (namespace) => {
    const asking = askDirectory(context, namespace, 'count-entries', {});
    const answer = await withDeadline(asking, ANSWER);
    if (!answer.ok) throw new Error(`a directory refused: ${answer.message}`);
    return [namespace, answer.value];
  });

const infoOf = ({ env }: EdgeContext): Metric => ({
  name: 'tinyhost_info',
  help: 'The version and the engine of the service.',
  samples: [{ labels: { version, engine: env.engine }, value: 1 }],
});

/** The keys, for those who may see more than one namespace. */
async function keysOf(context: EdgeContext): Promise<Metric[]> {
  if (context.get('operator').namespace !== null) return [];
  const room = context.env.rooms.auth(OPERATOR_ROOM);
  const asking = call<OperatorOperations, 'list-keys'>(room, 'list-keys', {});
  const answer = await withDeadline(asking, ANSWER);
  if (!answer.ok) throw new Error(`the room of the keys refused: ${answer.message}`);
  const { keys } = answer.value;
  const now = new Date().toISOString();
  const expired = keys.filter(({ expires_at }) => expires_at !== null && expires_at <= now).length;
  return [
    {
      name: 'tinyhost_operator_keys',
      help: 'Keys below OPERATOR_KEY.',
      samples: [
        { labels: { state: 'valid' }, value: keys.length - expired },
        { labels: { state: 'expired' }, value: expired },
      ],
    },
  ];
}

const HELP: Record<keyof NamespaceSummary, [name: string, help: string]> = {
  accounts: ['tinyhost_accounts', 'Accounts of the namespace.'],
  verified: ['tinyhost_accounts_verified', 'Accounts whose address is verified.'],
  disabled: ['tinyhost_accounts_disabled', 'Accounts that are disabled.'],
  stores: ['tinyhost_shared_stores', 'Shared stores of the namespace.'],
};

const ofNamespaces = (counted: Counted[]): Metric[] =>
  Object.entries(HELP).map(([field, [name, help]]) => ({
    name,
    help,
    samples: counted.map(([namespace, counts]) => ({
      labels: { namespace },
      value: counts[field as keyof NamespaceSummary],
    })),
  }));
