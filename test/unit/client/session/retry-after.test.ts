import { expect, onTestFinished, test, vi } from 'vitest';
import { parseRetryAfter } from '../../../../client/api/response-errors.ts';

test('the Retry-After header is parsed as seconds or a date, up to a day', () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
  onTestFinished(() => void vi.useRealTimers());
  const headers: [header: string | null, seconds: number | undefined][] = [
    ['120', 120],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Fri, 01 Jan 2027 00:00:00 GMT', 86_400],
    ['99999999999999999999', 86_400],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['', undefined],
    ['GMT', undefined],
    [null, undefined],
  ];
  for (const [header, seconds] of headers)
    expect(parseRetryAfter(header), `${header}`).toBe(seconds);
});
