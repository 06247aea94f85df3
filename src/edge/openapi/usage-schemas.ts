import * as v from 'valibot';
import * as usage from '../../protocol/http-api/usage.ts';

/** The schemas of what stores take, and who has used them. */

const Uuid = v.pipe(v.string(), v.uuid());
const Count = v.pipe(v.number(), v.integer());

const Device = v.object({
  session: v.pipe(v.string(), v.description('The `id` of its session in the list of sessions.')),
  protocol: v.picklist(['sync', 'partykit']),
  account: v.optional(Uuid),
}) satisfies v.GenericSchema<usage.ConnectedDevice>;

export const StoreUsage = v.object({
  id: Uuid,
  name: v.pipe(v.nullable(v.string()), v.description('Null for a private store.')),
  bytes: v.pipe(Count, v.description('The size of the content as JSON.')),
  cost: v.pipe(
    Count,
    v.description('What counts against the quota: the content with its stamps and deletions.'),
  ),
  quota_bytes: v.pipe(Count, v.description('`MAX_STORE_BYTES`; 0 for no limit.')),
  devices: v.array(Device),
  last_changed_at: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
}) satisfies v.GenericSchema<usage.StoreUsage>;

const AccountUsage = v.object({
  stores: v.array(StoreUsage),
  bytes: Count,
  cost: Count,
  unread: v.pipe(Count, v.description('Stores that did not answer, or cannot be read.')),
  cursor: v.nullable(v.string()),
}) satisfies v.GenericSchema<usage.AccountUsage>;

const UsageStep = v.object({
  accounts: Count,
  stores: Count,
  bytes: Count,
  cost: Count,
  devices: Count,
  unread: Count,
  cursor: v.nullable(v.string()),
}) satisfies v.GenericSchema<usage.UsageStep>;

const NamespaceSummary = v.object({
  accounts: Count,
  verified: Count,
  disabled: Count,
  stores: Count,
}) satisfies v.GenericSchema<usage.NamespaceSummary>;

const OperatorAccess = v.object({
  key: v.pipe(v.nullable(Uuid), v.description('The `id` of the key; null for `OPERATOR_KEY`.')),
  kind: v.picklist(usage.ACCESS_KINDS),
  day: v.pipe(v.string(), v.isoDate(), v.description('In UTC.')),
}) satisfies v.GenericSchema<usage.OperatorAccess>;

const OperatorAccessList = v.object({ accesses: v.array(OperatorAccess) });

export const USAGE_SCHEMAS = {
  ...{ StoreUsage, AccountUsage, UsageStep, NamespaceSummary, OperatorAccess, OperatorAccessList },
};
