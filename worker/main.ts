import { createTinyHost } from './tinyhost.ts';

/** The bindings in wrangler.jsonc. Without the page's files, ASSETS is undefined. */
interface Env {
  ASSETS?: Fetcher;
}

const tinyhost = createTinyHost<Env>({
  bindings: { auth: 'AUTH', user: 'USER' },
  page: async ({ ASSETS }) => ASSETS?.fetch('https://assets/page.txt'),
  dashboard: async ({ ASSETS }) => ASSETS?.fetch('https://assets/dashboard.txt'),
});

export class Auth extends tinyhost.Auth {}
export class User extends tinyhost.User {}

export default { fetch: tinyhost.fetch };
