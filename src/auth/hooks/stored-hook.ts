import { encodeBase64 } from '@oslojs/encoding';
import type { NewHook } from '../../operations/hook-operations.ts';
import type { HookEventType, ListedHook } from '../../protocol/http-api/hooks.ts';
import { isoTime } from '../iso-time.ts';

/** Version of the stored format of a hook. */
const FORMAT = 1;

/** The random bytes of a secret. The Standard Webhooks specification allows 24 to 64. */
const SECRET_BYTES = 32;

/** The keys of hooks in the storage of their room. */
export const HOOK_PREFIX = 'hook:';

/** A stored hook. The secret is stored as it is, because signatures need it. */
export interface StoredHook {
  format: number;
  id: string;
  url: string;
  events: HookEventType[];
  secret: string;
  /** Milliseconds since the epoch. */
  created_at: number;
  is_paused: boolean;
}

export const newHook = ({ url, events }: NewHook): StoredHook => ({
  format: FORMAT,
  id: crypto.randomUUID(),
  url,
  events: [...new Set(events)],
  secret: `whsec_${encodeBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))}`,
  created_at: Date.now(),
  is_paused: false,
});

/** Throws if a later version has written it. */
export function readHook(stored: StoredHook): StoredHook {
  if (stored.format > FORMAT) throw new Error('the hook is of a newer format');
  return stored;
}

export const describeHook = ({
  id,
  url,
  events,
  created_at,
  is_paused,
}: StoredHook): ListedHook => ({
  id,
  url,
  events,
  created_at: isoTime(created_at),
  is_paused,
});
