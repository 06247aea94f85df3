import { enter } from './host.ts';

export { Auth } from './auth.ts';
export { User } from './user.ts';

export default { fetch: enter };
