/** Whether this is a page, and not a server. Reads no global of browsers. */
export const hasDocument = (): boolean => 'document' in globalThis;
