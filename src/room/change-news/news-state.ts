import type { RoomStorage } from '../../platform.ts';
import { NewerFormatError } from '../newer-format-error.ts';

/** Version of the stored format. */
const FORMAT = 1;

const KEY = 'change-news';

/** What a room stores to tell the hooks of its namespace of changes. */
export interface NewsState {
  format: number;
  /**
   * The cursor of the log before which the hooks know everything, or need not; empty for the
   * beginning.
   */
  told: string;
  /** Whether the hooks want to know of changes, at the last time of asking. */
  is_wanted: boolean;
  /** Until when that holds, in milliseconds since the epoch. */
  holds_until: number;
}

export const newState = (told: string): NewsState => ({
  format: FORMAT,
  told,
  is_wanted: false,
  holds_until: 0,
});

/** Throws a {@link NewerFormatError}. */
export async function loadState(storage: RoomStorage): Promise<NewsState | undefined> {
  const stored = await storage.get<NewsState>(KEY);
  if (stored && stored.format > FORMAT) {
    throw new NewerFormatError(`news of format ${stored.format}, newer than ${FORMAT}`);
  }
  return stored;
}

export const saveState = (storage: RoomStorage, state: NewsState): Promise<void> =>
  storage.put(KEY, state);
