type Field = string | number | boolean | undefined;

/**
 * Writes one event as a line of JSON, whose escapes keep whatever a client sent on that line. No
 * address, token, password or whole hash of one goes in here.
 */
export const log = (event: string, fields: Record<string, Field> = {}): void =>
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
