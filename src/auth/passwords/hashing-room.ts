import { loadArgon2 } from '../../argon2.ts';
import type { HashingOperations } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { AuthHost } from '../../platform.ts';
import { succeed } from '../../protocol/errors.ts';
import { breachedPasswords } from './breached-passwords.ts';
import { passwordHashing } from './password-hash.ts';
import { refuseGuessable } from './password-policy.ts';

/** The operations of a hashing room. It stores nothing, so no stored data waits for a hash. */
export function hashingHandlers({ argon2, config, log }: AuthHost): Handlers<HashingOperations> {
  const refuseBreached = breachedPasswords(config.BREACHED_PASSWORDS_URL, log);
  const hashing = async () => passwordHashing(await loadArgon2(argon2));

  return {
    async hash({ password, context }) {
      const refusal =
        (await refuseGuessable(password, context)) ?? (await refuseBreached(password));
      return refusal ?? succeed({ hash: (await hashing()).hash(password) });
    },

    async verify({ password, hash }) {
      const { verify, nobody, isOutdated, hash: renew } = await hashing();
      const valid = verify(password, hash ?? nobody) && hash !== undefined;
      return succeed(valid && isOutdated(hash) ? { valid, upgraded: renew(password) } : { valid });
    },
  };
}
