import { createTinyHost } from './tinyhost.ts';

/** The auth party with the default options. */
export default createTinyHost().Auth;
