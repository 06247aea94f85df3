import { expect, inject, test } from 'vitest';

/** Cloudflare takes 3 MB of gzipped code on its free plan. */
const MAX_GZIP_BYTES = 3_000_000;

test('what is deployed is small enough for the free plan', () => {
  const { bytes, gzipBytes } = inject('bundle');
  expect(gzipBytes).toBeLessThan(MAX_GZIP_BYTES);
  expect(bytes).toBeGreaterThan(gzipBytes);
});
