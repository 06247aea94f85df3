import * as v from 'valibot';
import {
  type DeliveryList as Deliveries,
  HOOK_EVENTS,
  type ListedDelivery,
  type ListedHook,
  type IssuedHook as NewlyIssuedHook,
} from '../../protocol/http-api/hooks.ts';
import { HookChangeInput, NewHookInput } from '../request-schemas.ts';

const Time = v.pipe(v.string(), v.isoTimestamp());
const Uuid = v.pipe(v.string(), v.uuid());

const Hook = v.object({
  id: Uuid,
  url: v.string(),
  events: v.array(v.picklist(HOOK_EVENTS)),
  created_at: Time,
  is_paused: v.pipe(v.boolean(), v.description('Whether it is told of nothing.')),
}) satisfies v.GenericSchema<ListedHook>;

const HookList = v.object({ hooks: v.array(Hook) });

const IssuedHook = v.object({
  ...Hook.entries,
  secret: v.pipe(v.string(), v.description('The key of the signatures.')),
}) satisfies v.GenericSchema<NewlyIssuedHook>;

const Delivery = v.object({
  id: v.pipe(v.string(), v.description('The `webhook-id` of its requests.')),
  type: v.picklist(HOOK_EVENTS),
  subject: v.pipe(v.string(), v.description('The id of the account or of the store.')),
  state: v.picklist(['pending', 'failed']),
  created_at: Time,
  attempts: v.number(),
  next_attempt_at: v.nullable(Time),
  last_failure: v.pipe(v.nullable(v.string()), v.description('Why the last attempt failed.')),
}) satisfies v.GenericSchema<ListedDelivery>;

const DeliveryList = v.object({
  pending: v.number(),
  failed: v.number(),
  deliveries: v.array(Delivery),
}) satisfies v.GenericSchema<Deliveries>;

/** The schemas of the routes to hooks. */
export const HOOK_SCHEMAS = {
  NewHook: NewHookInput,
  HookChange: HookChangeInput,
  ...{ Hook, HookList, IssuedHook, Delivery, DeliveryList },
};
