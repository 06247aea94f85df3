/** A time as every answer gives it: ISO 8601 in UTC. */
export const isoTime = (time: number | Date): string => new Date(time).toISOString();
