import { expect, inject, test } from 'vitest';

/** The limit of Cloudflare's free plan: 3 MB of gzipped code. */
const MAX_GZIP_BYTES = 3_000_000;

test('the deployed bundle fits the free plan', () => {
  const { bytes, gzipBytes } = inject('bundle');
  expect(gzipBytes).toBeLessThan(MAX_GZIP_BYTES);
  expect(bytes).toBeGreaterThan(gzipBytes);
});
