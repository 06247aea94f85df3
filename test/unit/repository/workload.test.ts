import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { readJson } from '../../../src/body/read-body.ts';
import { SMALL_BYTES, Workload } from '../../../src/body/workload.ts';

const LIMIT = 1_000_000;
const text = (length: number) => JSON.stringify('x'.repeat(length - 2));

const request = (body: BodyInit, headers = {}) =>
  new Request('http://room/', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);

it('accepts bodies up to its limit, and asks the others to retry', async () => {
  const workload = new Workload(LIMIT);
  const first = workload.begin();
  expect(await readJson(request(text(700_000)), 0, first)).toMatchObject({ ok: true });
  const second = workload.begin();
  expect(await readJson(request(text(400_000)), 0, second)).toMatchObject({
    error: 'overloaded',
    retryAfter: expect.any(Number),
  });
  const third = workload.begin();
  expect(await readJson(request(text(300_000)), 0, third)).toMatchObject({ ok: true });
  first.end();
  expect(await readJson(request(text(400_000)), 0, workload.begin())).toMatchObject({ ok: true });
});

it('never refuses a small body, and accepts one of any size if there is no other', async () => {
  const workload = new Workload(LIMIT);
  const alone = workload.begin();
  expect(await readJson(request(text(3 * LIMIT)), 0, alone)).toMatchObject({ ok: true });
  for (let count = 0; count < 50; count++) {
    const small = await readJson(request(text(SMALL_BYTES)), 0, workload.begin());
    expect(small).toMatchObject({ ok: true });
  }
  const larger = await readJson(request(text(SMALL_BYTES + 1)), 0, workload.begin());
  expect(larger).toMatchObject({ error: 'overloaded' });
});

it('counts the decompressed size of a body', async () => {
  const workload = new Workload(LIMIT);
  const headers = { 'Content-Encoding': 'gzip' };
  await readJson(request(gzipSync(text(700_000)), headers), 0, workload.begin());
  expect(await readJson(request(text(400_000)), 0, workload.begin())).toMatchObject({ ok: false });
});

it.each([
  ['is too large', text(700_000), 600_000],
  ['is not JSON', 'x'.repeat(700_000), 0],
])('stops counting a body once it %s and its work is done', async (_, body, maxBytes) => {
  const workload = new Workload(LIMIT);
  const refused = workload.begin();
  expect(await readJson(request(body), maxBytes, refused)).toMatchObject({ ok: false });
  refused.end();
  refused.end();
  expect(await readJson(request(text(LIMIT)), 0, workload.begin())).toMatchObject({ ok: true });
  expect(await readJson(request(text(100_000)), 0, workload.begin())).toMatchObject({ ok: false });
});

/** A body that sends a byte every `gap` milliseconds of the fake timers. */
const trickle = (bytes: number, milliseconds: number) =>
  new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      controller.enqueue(new Uint8Array(bytes).fill(0x20));
    },
  });

it.each([
  ['stops', trickle(1, 40_000)],
  ['arrives byte by byte', trickle(1, 1_000)],
  ['arrives slower than on any network', trickle(10_000, 1_000)],
])('aborts a body that %s', async (_, body) => {
  vi.useFakeTimers();
  const read = readJson(request(body), 0);
  let isOver = false;
  void read.finally(() => {
    isOver = true;
  });
  let waited = 0;
  for (; !isOver && waited < 600_000; waited += 1_000) await vi.advanceTimersByTimeAsync(1_000);
  vi.useRealTimers();
  expect(await read).toMatchObject({ error: 'request_timeout' });
  expect(waited).toBeLessThan(120_000);
});

it('waits for a body on a slow network', async () => {
  vi.useFakeTimers();
  let left = 300;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      controller.enqueue(new Uint8Array(17_000).fill(left > 1 ? 0x20 : 0x31));
      if (--left === 0) controller.close();
    },
  });
  const read = readJson(request(body), 0);
  await vi.advanceTimersByTimeAsync(310_000);
  vi.useRealTimers();
  expect(await read).toMatchObject({ ok: true });
});
