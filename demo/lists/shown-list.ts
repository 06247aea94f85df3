import type { Membership } from '../../client/index.ts';
import { tabText } from '../ui/tab-text.ts';

/** A list that its members share. Its tasks are in a store of its own. */
export type SharedList = Pick<Membership, 'store' | 'name' | 'role'>;

const kept = tabText('tinyhost-demo:list');

/** The list that this tab has shown last; undefined for the private one. */
export function readShownList(): SharedList | undefined {
  try {
    return JSON.parse(kept.read() ?? '') as SharedList;
  } catch {
    return undefined;
  }
}

export const keepShownList = (list: SharedList | undefined): void =>
  kept.write(list && JSON.stringify(list));
