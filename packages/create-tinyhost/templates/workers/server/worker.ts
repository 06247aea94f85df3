import { createTinyHost } from 'tinyhost/worker';

const tinyhost = createTinyHost();

/** wrangler.jsonc binds these two classes: accounts and sessions, and the stores of the users. */
export class Auth extends tinyhost.Auth {}
export class User extends tinyhost.User {}

export default { fetch: tinyhost.fetch };
