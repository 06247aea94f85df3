import PartySocket, { type PartySocketOptions } from 'partysocket';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { ask, newUser, session, type User } from '../../helpers/requests/users.ts';

/** The features of PartySocket that apps rely on, tested against a room. */

const host = new URL(inject('url')).host;

const roomOf = async (user: User) => (await session(user)).user.durable_object_name;

/** Returns the options of a persister's socket to a user's room. */
async function optionsFor(user: User): Promise<PartySocketOptions> {
  const query = { sessionUuid: user.session_uuid, protocol: 'partykit' };
  const room = await roomOf(user);
  return { host, party: 'user', room, query, WebSocket, minReconnectionDelay: 20 };
}

/** Opens a socket until the test ends, and records its events. */
function open(options: PartySocketOptions) {
  const socket = new PartySocket(options);
  onTestFinished(() => socket.close());
  const events: string[] = [];
  for (const type of ['open', 'close', 'error'] as const) {
    socket.addEventListener(type, () => events.push(type));
  }
  const frames: string[] = [];
  socket.addEventListener('message', ({ data }) => frames.push(String(data)));
  const isOpen = () => eventually(() => expect(socket.readyState).toBe(socket.OPEN));
  return { socket, events, frames, isOpen };
}

/** Resolves when the store has this value. */
const untilStored = (user: User, v: number) =>
  eventually(async () => {
    const { body } = await ask(user, 'GET', 'store');
    expect(body.values).toMatchObject({ v });
  });

const closeEventOf = (socket: PartySocket): Promise<CloseEvent> =>
  new Promise((resolve) =>
    socket.addEventListener('close', (event) => resolve(event as CloseEvent), { once: true }),
  );

const setting = (value: string, thing: number) => `s${JSON.stringify([{}, { [value]: thing }, 1])}`;

describe('PartySocket', () => {
  test('opens the room of its party and receives the content', async () => {
    const user = await newUser();
    const device = await connectDevice(user);
    device.store.setValue('v', 1);
    const options = await optionsFor(user);
    const { socket, frames, isOpen } = open(options);
    await isOpen();
    expect(socket.roomUrl).toBe(`ws://${host}/parties/user/${options.room}`);
    expect(socket.url).toContain('protocol=partykit');
    expect(socket.id).toEqual(expect.any(String));
    await eventually(() => expect(frames.join()).toContain('"v":1'));
  });

  test('sends messages in order that were queued before it opened or while it was away', async () => {
    const user = await newUser();
    const device = await connectDevice(user);
    const seen: unknown[] = [];
    device.store.addValueListener('v', (_, __, thing) => seen.push(thing));
    const { socket, events, isOpen } = open(await optionsFor(user));
    for (const thing of [1, 2, 3]) socket.send(setting('v', thing));
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    await eventually(() => expect(device.store.getValue('v')).toBe(3));
    socket.reconnect();
    for (const thing of [4, 5]) socket.send(setting('v', thing));
    await isOpen();
    await eventually(() => expect(device.store.getValue('v')).toBe(5));
    expect(seen).toEqual([...seen].sort());
    expect(events.filter((type) => type === 'open')).toHaveLength(2);
  });

  test('opens on demand if it starts closed, and stays closed after a close', async () => {
    const options = await optionsFor(await newUser());
    const { socket, events, isOpen } = open({ ...options, startClosed: true });
    expect(socket.readyState).toBe(socket.CLOSED);
    socket.reconnect();
    await isOpen();
    const closed = closeEventOf(socket);
    socket.close();
    expect((await closed).code).toBe(1000);
    expect(socket.shouldReconnect).toBe(false);
    expect(events.filter((type) => type === 'open')).toHaveLength(1);
  });

  test('evaluates its query for each attempt, so that each can have a new ticket', async () => {
    const user = await newUser();
    const tickets: unknown[] = [];
    const query = async () => {
      const { body } = await ask(user, 'POST', 'ws-ticket');
      tickets.push(body.ticket);
      return { ticket: String(body.ticket), protocol: 'partykit' };
    };
    const { socket, frames, isOpen } = open({ ...(await optionsFor(user)), query });
    await isOpen();
    socket.send(setting('v', 1));
    socket.reconnect();
    await eventually(() => expect(frames.join()).toContain('"v":1'));
    expect(new Set(tickets).size).toBe(2);
  });

  test('can be moved to another room', async () => {
    const [one, two] = [await newUser(), await newUser()];
    const device = await connectDevice(two);
    device.store.setValue('whose', 'of two');
    const { socket, frames, isOpen } = open(await optionsFor(one));
    await isOpen();
    const { room, query } = await optionsFor(two);
    socket.updateProperties({ room: room!, query: query! });
    socket.reconnect();
    await eventually(() => expect(frames.join()).toContain('of two'));
    expect(socket.room).toBe(room);
  });

  test('can use another path, such as the sync endpoint', async () => {
    const user = await newUser();
    const basePath = `${user.namespace}/ws`;
    const query = { sessionUuid: user.session_uuid };
    const { socket, frames, isOpen } = open({ host, basePath, query, WebSocket });
    await isOpen();
    expect(new URL(socket.url).pathname).toBe(`/${basePath}`);
    await eventually(() => expect(frames[0]).toMatch(/^S\n\["pull\.hashes",1,""\]$/));
  });

  test('retries a refused handshake up to its limit', async () => {
    const user = await newUser();
    const options = await optionsFor(user);
    const query = { sessionUuid: 'nonsense' };
    const { socket, events } = open({ ...options, query, maxRetries: 2 });
    await eventually(() => expect(events.filter((type) => type === 'error')).toHaveLength(3));
    expect(events).not.toContain('open');
    expect(socket.retryCount).toBe(2);
    socket.updateProperties({ query: options.query! });
    socket.reconnect();
    await eventually(() => expect(socket.readyState).toBe(socket.OPEN));
  });

  test('receives the reason when the room closes it', async () => {
    const user = await newUser();
    const { socket, isOpen } = open({ ...(await optionsFor(user)), maxRetries: 0 });
    await isOpen();
    const closed = closeEventOf(socket);
    // A hibernating dev server delays the close of a connection that has sent nothing.
    socket.send(setting('v', 1));
    await untilStored(user, 1);
    await ask(user, 'POST', 'sign-out');
    const { code, reason } = await closed;
    expect({ code, reason }).toEqual(CLOSE.sessionEnded);
  });

  test('may share its id with another socket, as duplicated tabs do', async () => {
    const options = { ...(await optionsFor(await newUser())), id: 'same' };
    const [one, two] = [open(options), open(options)];
    await one.isOpen();
    await two.isOpen();
    one.socket.send(setting('v', 1));
    await eventually(() => expect(two.frames.join()).toContain('"v":1'));
    expect([...one.events, ...two.events]).toEqual(['open', 'open']);
  });

  test('can fetch from the address of its room', async () => {
    const user = await newUser();
    const { room, query } = await optionsFor(user);
    const first = open(await optionsFor(user));
    first.socket.send(setting('v', 1));
    await untilStored(user, 1);
    const options = { host, party: 'user', room: room!, path: 'store', query: query! };
    const response = await PartySocket.fetch({ ...options, protocol: 'http' });
    expect(await response.json()).toMatchObject([{}, { v: 1 }]);
  });
});
