/** The format of times in all answers: ISO 8601 in UTC. */
export const isoTime = (time: number | Date): string => new Date(time).toISOString();
