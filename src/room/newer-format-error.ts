/** Stored data was written by a later version of TinyHost; nothing of it was touched. */
export class NewerFormatError extends Error {}
