import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/**
 * Collects garbage now, so that it is not collected during a measurement: that takes a time in
 * proportion to the stores of all devices, which are in this process.
 */
export const collectGarbage = runInNewContext('gc') as () => void;
