import { expect, onTestFinished, test } from 'vitest';
import { decodeChange } from '../../../src/document/codec/stamp-decoder.ts';
import { readEnvelope, splitFrame } from '../../../src/protocol/frame.ts';
import { connectDevice, untilAlike } from '../../helpers/devices/devices.ts';
import { FuzzFrames } from '../../helpers/devices/fuzz-frames.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { ReferenceStore } from '../../helpers/in-memory/reference-store.ts';
import { Attacker } from '../../helpers/requests/attacker.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const FRAMES = Number(process.env.HOSTILE_FRAMES ?? 3_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);

/** The close codes that a room may use for a hostile socket. */
const CODES = [1007, 1013, 4005];

const FRAGMENT_BYTES = 900_000;

/** A change with 10 MB of nested arrays, in frames that every platform accepts. */
function nestedFragments(): string[] {
  const nested = '['.repeat(5_000_000) + ']'.repeat(5_000_000);
  const content = `[null,3,[[{"t":[{"r":[{"c":[${nested}]}]}]}],[{}],1]]`;
  const total = Math.ceil(content.length / FRAGMENT_BYTES);
  return Array.from({ length: total }, (_, index) => {
    const text = content.slice(index * FRAGMENT_BYTES, (index + 1) * FRAGMENT_BYTES);
    return ['', 'nestednestednest', index, total, text].join('\n');
  });
}

/** A socket carries UTF-8, so a lone surrogate is replaced. */
const asSent = (frame: string | ArrayBuffer) =>
  typeof frame === 'string' ? Buffer.from(frame).toString() : frame;

/** The room also asks a device for its hashes after a change. */
function expectChanges(frame: string): void {
  const { requestId, message, body } = readEnvelope(splitFrame(frame)!.content)!;
  if (requestId?.startsWith('check.')) expect([message, body]).toEqual([1, '']);
  else expect([message, decodeChange(body)?.edits]).toEqual([3, expect.any(Array)]);
}

test(`a server accepts from ${FRAMES} hostile frames only valid changes (seed ${SEED})`, async ({
  annotate,
}) => {
  const server = await startServer({ vars: { HEARTBEAT_SECONDS: 0, HIBERNATE: 'off' } });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const healthy = await connectDevice(user);
  const heard: string[] = [];
  healthy.socket.on('message', (data) => heard.push(String(data)));
  const reference = await new ReferenceStore().start();
  const fuzz = new FuzzFrames(SEED);
  const attacker = new Attacker(user);
  onTestFinished(() => attacker.close());
  const counts: Record<string, number> = {};
  const attack = async (frame: string | ArrayBuffer) => {
    const closed = await attacker.send(frame);
    if (!closed) await reference.receive(asSent(frame));
    const outcome = closed?.code ?? 'taken';
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    expect(['taken', ...CODES], `after ${String(frame).slice(0, 200)}`).toContain(outcome);
    return outcome;
  };

  for (let sent = 0; sent < FRAMES; ) {
    for (const frame of fuzz.next()) {
      await attack(frame);
      sent += 1;
    }
  }
  const answers = [];
  for (const frame of nestedFragments()) answers.push(await attack(frame));
  expect(answers.filter((outcome) => outcome !== 'taken')).toEqual([1007]);

  await annotate(
    `outcomes: ${JSON.stringify(counts)}; frames that a device heard: ${heard.length}`,
  );
  const fresh = await connectDevice(user);
  await untilAlike(healthy, fresh);
  expect(fresh.store.getMergeableContent()).toEqual(reference.store.getMergeableContent());
  expect(await new HttpStore(user).etag()).toBe(reference.hashes);
  for (const frame of heard) expectChanges(frame);
  expect(healthy.socket.readyState).toBe(healthy.socket.OPEN);
  expect(server.output().includes('"event":"error"')).toBe(false);
}, 120_000);
