import type { Fault } from '../../config/config.ts';

interface Names {
  auth: string;
  user: string;
}

/** What was found, by the object of names. */
const known = new WeakMap<object, readonly Fault[]>();

/**
 * Finds the names that have no rooms in `rooms`, the bindings of a Worker or the parties of a
 * PartyKit project; undefined if both have. The same array for the same object of names, so that it
 * is logged once.
 */
export function missingRooms(
  names: Names,
  rooms: object,
  expected: string,
): readonly Fault[] | undefined {
  const missing = [names.auth, names.user].filter((name) => !Reflect.get(rooms, name));
  if (missing.length === 0) return undefined;
  const faults = known.get(names) ?? missing.map((variable) => ({ variable, reason: expected }));
  known.set(names, faults);
  return faults;
}
