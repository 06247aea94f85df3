import { ChangeOrigins } from '../../operations/change-origins.ts';
import { ChangedIds } from '../../operations/changed-rows.ts';
import type { HookEvent } from '../../protocol/http-api/hooks.ts';

/** The event that tells of the changes of both; undefined unless both are of the same store. */
export function coalesce(earlier: HookEvent, later: HookEvent): HookEvent | undefined {
  if (earlier.type !== 'store.changed' || later.type !== 'store.changed') return undefined;
  if (earlier.data.store !== later.data.store) return undefined;
  const rows = new ChangedIds().add(earlier.data).add(later.data).rows;
  const origin = new ChangeOrigins().add(...earlier.data.origin, ...later.data.origin).list;
  return { ...later, data: { ...later.data, ...rows, origin } };
}
