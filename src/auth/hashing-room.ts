import type { HashingOperations } from '../operations.ts';
import { fail, succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { isCommonPassword } from './password-policy.ts';

const COMMON = fail('invalid_field', 'this password is one of the most common ones', {
  field: 'password',
});

/** What a hashing room does: it stores nothing, so that nothing waits while it is busy. */
export const hashingHandlers: Handlers<HashingOperations> = {
  hash: async ({ password, chosen }) =>
    chosen && (await isCommonPassword(password))
      ? COMMON
      : succeed({ hash: hashPassword(password) }),

  verify: async ({ password, hash }) => succeed({ valid: verifyPassword(password, hash) }),
};
