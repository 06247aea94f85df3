import { tinyhost } from './main.ts';

export default tinyhost.User;
