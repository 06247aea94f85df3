/** The user of an offline copy. `created_at` tells apart two accounts with the same address. */
export interface CopyOwner {
  email: string;
  created_at: string;
}

export const isSameOwner = (one: CopyOwner, other: CopyOwner): boolean =>
  one.email === other.email && one.created_at === other.created_at;

/** The name of the database with the offline copy of this user's store. */
export const offlineCopyName = (url: URL, { email, created_at }: CopyOwner): string =>
  `${url} ${email} ${created_at}`;
