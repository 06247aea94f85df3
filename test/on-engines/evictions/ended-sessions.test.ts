import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE, type CloseEventReason } from '../../../src/protocol/close-codes.ts';
import { socketUrl } from '../../helpers/devices/devices.ts';
import { closeFrameOf } from '../../helpers/requests/close-frame.ts';
import { ask, newUser, PASSWORD, signIn, type User } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Both engines evict a room after 10 idle seconds, without a notification. */
const UNTIL_EVICTED_MS = 13_000;

type End = (ended: User, other: User) => ReturnType<typeof ask>;

const idOf = (user: User) => createHash('sha256').update(user.session_uuid).digest('hex');

/**
 * Every request that ends a session, with the expected closes of its sockets and of the other
 * session's.
 */
const ENDS: Array<[name: string, end: End, told: CloseEventReason, otherTold?: CloseEventReason]> =
  [
    ['sign-out', (ended) => ask(ended, 'POST', 'sign-out'), CLOSE.sessionEnded],
    [
      'revocation',
      (ended, other) => ask(other, 'DELETE', `sessions/${idOf(ended)}`),
      CLOSE.sessionEnded,
    ],
    [
      'revocation of all others',
      (_, other) => ask(other, 'DELETE', 'sessions'),
      CLOSE.sessionEnded,
    ],
    [
      'change of password',
      (_, other) =>
        ask(other, 'POST', 'change-password', {
          current_password: PASSWORD,
          new_password: 'another long passphrase',
        }),
      CLOSE.sessionEnded,
    ],
    [
      'deletion',
      (_, other) => ask(other, 'POST', 'delete-account', { password: PASSWORD }),
      CLOSE.accountDeleted,
      CLOSE.accountDeleted,
    ],
  ];

/** A socket that sends nothing: its close frame, and whether it has arrived. */
async function connect(user: User) {
  const socket = new WebSocket(socketUrl(user));
  onTestFinished(() => socket.terminate());
  const closeFrame = closeFrameOf(socket);
  await once(socket, 'open');
  return { closeFrame, isOpen: () => socket.readyState === WebSocket.OPEN };
}

test('the sockets of an evicted room close within a second after their session ends', async ({
  annotate,
}) => {
  const vars = { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startServer({ vars });
  onTestFinished(() => server.stop());
  /** Counts how often a room with both sockets came back into memory. */
  const wakings = () => server.output().split('"event":"start","devices":2').length - 1;

  const rooms = await Promise.all(
    ENDS.map(async () => {
      const ended = await newUser({ url: server.url });
      const other = await signIn(ended);
      return { ended, other, socket: await connect(ended), otherSocket: await connect(other) };
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, UNTIL_EVICTED_MS));

  const lateness: string[] = [];
  for (const [index, [name, end, told, otherTold]] of ENDS.entries()) {
    const { ended, other, socket, otherSocket } = rooms[index]!;
    const arrival = socket.closeFrame.then(() => performance.now());
    await expect.poll(wakings).toBe(index);
    expect(await end(ended, other)).toMatchObject({ status: 200 });
    const answered = performance.now();
    expect(await socket.closeFrame, name).toEqual(told);
    lateness.push(`${name}: ${((await arrival) - answered).toFixed(1)} ms`);
    expect((await arrival) - answered, lateness.at(-1)).toBeLessThan(1_000);
    await expect.poll(wakings).toBe(index + 1);
    if (otherTold) expect(await otherSocket.closeFrame).toEqual(otherTold);
    else expect(otherSocket.isOpen()).toBe(true);
  }
  await annotate(`close frames after their answers: ${lateness.join(', ')}`);
}, 90_000);
