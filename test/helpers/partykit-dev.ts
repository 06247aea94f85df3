import { type DevOptions, startDevServer } from './dev-server.ts';

export const startPartykitDev = (options: DevOptions = {}) => startDevServer('partykit', options);
