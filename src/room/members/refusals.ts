import { fail } from '../../protocol/errors.ts';

/** The answer to everybody who is no member, whether the store exists or not. */
export const NO_SUCH_STORE = fail('not_found', 'there is no such store');

export const OWNERS_ONLY = fail('forbidden', 'only an owner of the store may do this');
