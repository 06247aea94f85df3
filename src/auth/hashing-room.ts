import type { HashingOperations } from '../operations.ts';
import { succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { refuseGuessable } from './password-policy.ts';

/** What a hashing room does: it stores nothing, so that nothing waits while it is busy. */
export const hashingHandlers: Handlers<HashingOperations> = {
  async hash({ password, context }) {
    const refusal = context && (await refuseGuessable(password, context));
    return refusal ?? succeed({ hash: hashPassword(password) });
  },

  verify: async ({ password, hash }) => succeed({ valid: verifyPassword(password, hash) }),
};
