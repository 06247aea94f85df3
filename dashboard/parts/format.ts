/** Formats a size in bytes with three digits at most: `12.3 kB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const unit = ['kB', 'MB', 'GB', 'TB'].findIndex(
    (_, power) => bytes < 999.5 * 1000 ** (power + 1) || power === 3,
  );
  const size = bytes / 1000 ** (unit + 1);
  return `${size.toFixed(size < 99.95 ? 1 : 0)} ${['kB', 'MB', 'GB', 'TB'][unit]}`;
}

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** Formats an ISO time for the operator's place and language. */
export const timeText = (time: string): string =>
  new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

export const dateText = (time: string): string =>
  new Date(time).toLocaleDateString([], { dateStyle: 'medium' });
