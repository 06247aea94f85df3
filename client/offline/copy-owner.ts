import { getHash } from 'tinybase/common';

/** The user of an offline copy. `created_at` tells apart two accounts with the same address. */
export interface CopyOwner {
  email: string;
  created_at: string;
}

export const isSameOwner = (one: CopyOwner, other: CopyOwner): boolean =>
  one.email === other.email && one.created_at === other.created_at;

/** The name of the database with the offline copy of this user's store. */
export const offlineCopyName = (url: string, { email, created_at }: CopyOwner): string =>
  `${url} ${email} ${created_at}`;

/** The same for persisters, which may use it as the name of a file: two hashes of 32 bits. */
export const persisterName = (name: string): string =>
  `tinyhost-${[name, ` ${name} `].map((text) => getHash(text).toString(36)).join('')}`;
