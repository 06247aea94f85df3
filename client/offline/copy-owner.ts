import { getHash } from 'tinybase/common';

/** The user of an offline copy. `created_at` tells apart two accounts with the same address. */
export interface CopyOwner {
  email: string;
  created_at: string;
}

export const isSameOwner = (one: CopyOwner, other: CopyOwner): boolean =>
  one.email === other.email && one.created_at === other.created_at;

/**
 * The name of the database with this user's offline copy of the store at `url`: the URL of the
 * namespace for the private store, with `/stores/<id>` for a shared one.
 */
export const offlineCopyName = (url: string, owner: CopyOwner): string =>
  `${url}${copySuffix(owner)}`;

/** What the names of all offline copies of a user end with. */
export const copySuffix = ({ email, created_at }: CopyOwner): string => ` ${email} ${created_at}`;

/** The same for persisters, which may use it as the name of a file: two hashes of 32 bits. */
export const persisterName = (name: string): string =>
  `tinyhost-${[name, ` ${name} `].map((text) => getHash(text).toString(36)).join('')}`;
