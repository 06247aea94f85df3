import { createTinyHost } from './tinyhost.ts';

/** The user party with the default options. */
export default createTinyHost().User;
