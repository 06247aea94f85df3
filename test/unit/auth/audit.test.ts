import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { networkOf } from '../../../src/auth/rate-limit/network.ts';
import { hashToken } from '../../../src/auth/sessions/sessions.ts';
import { sha256Hex } from '../../../src/auth/sha256.ts';
import { ANN, AuthWorld } from '../../helpers/in-memory/auth-world.ts';

describe('the log of an auth room', () => {
  let lines: string[] = [];

  beforeEach(() => {
    lines = [];
    vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('has one JSON object per line for each event, and failures include their cause', async () => {
    await livedThrough();
    const events = lines.map((line) => JSON.parse(line));
    expect(events.map(({ event, outcome }) => [event, outcome])).toEqual([
      ['sign-up', 'ok'],
      ['sign-up', 'email_taken'],
      ['sign-in', 'invalid_credentials'],
      ['sign-in', 'ok'],
      ['create-ticket', 'ok'],
      ['change-password', 'invalid_credentials'],
      ['sign-out', 'ok'],
      ['sign-out', 'unauthorized'],
    ]);
    for (const { time, namespace } of events) {
      expect(Date.parse(time)).not.toBeNaN();
      expect(namespace).toBe('notes');
    }
  });

  it('identifies an account and a session by stable pseudonyms', async () => {
    await livedThrough();
    const events = lines.map((line) => JSON.parse(line));
    const accounts = new Set(events.map(({ account }) => account).filter(Boolean));
    const sessions = new Set(events.map(({ session }) => session).filter(Boolean));
    expect(accounts.size).toBe(1);
    // One of the sign-up, and one that the sign-in started and the sign-out ended.
    expect(sessions.size).toBe(2);
  });

  it('has one pseudonym for a network in all rooms, and another one in each deployment', async () => {
    const networks = async (variables: Record<string, unknown>) => {
      lines = [];
      const world = new AuthWorld(variables);
      for (const email of ['ann@example.com', 'bob@example.com', 'cy@example.com']) {
        await world.ask('sign-up', { email });
        world.evict();
      }
      await vi.waitFor(() => expect(lines).toHaveLength(3));
      return new Set(lines.map((line) => JSON.parse(line).network));
    };
    const pseudonyms = new Set<string>();
    for (const variables of [{}, {}, { LOG_KEY: 'a'.repeat(32) }, { LOG_KEY: 'b'.repeat(32) }]) {
      const [network, ...others] = await networks(variables);
      expect(network).toMatch(/^[0-9a-f]{16}$/);
      expect(others).toEqual([]);
      pseudonyms.add(network);
    }
    expect(pseudonyms.size).toBe(4);
    const key = 'a'.repeat(32);
    const network = createHmac('sha256', key).update('192.0.2.1').digest('hex').slice(0, 16);
    expect(await networks({ LOG_KEY: key })).toEqual(new Set([network]));
  });

  it('has no pseudonym that can be derived from a list of networks or addresses', async () => {
    await livedThrough();
    for (const known of [networkOf('192.0.2.1'), 'notes\nann@example.com']) {
      expect(lines.join('\n')).not.toContain(sha256Hex(known).slice(0, 16));
    }
  });

  it('is written without delay if the key is not available', async () => {
    const world = new AuthWorld();
    world.logKeyRoomFails = true;
    const signUps = await Promise.all([world.ask('sign-up'), world.ask('sign-up')]);
    expect(signUps.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await world.ask('sign-in')).toMatchObject({ ok: true });
    const events = lines.map((line) => JSON.parse(line));
    const told = ['log-key-missing', 'sign-up', 'sign-up', 'sign-in'];
    expect(events.map(({ event }) => event)).toEqual(told);
    expect(events[1].network).toMatch(/^[0-9a-f]{16}$/);
    expect(events[3].network).toBe(events[1].network);
  });

  it('contains no address, token, password or complete hash', async () => {
    const token = await livedThrough();
    const text = lines.join('\n').toLowerCase();
    for (const secret of [
      'ann',
      'example.com',
      ANN.password,
      token,
      hashToken(token),
      '192.0.2.1',
    ]) {
      expect(text).not.toContain(secret.toLowerCase());
    }
  });

  it('stays one line per event, whatever a client sends', async () => {
    const world = new AuthWorld({ MIN_PASSWORD_LENGTH: 64 });
    await world.ask('sign-up', { namespace: 'a\r\n{"event":"sign-in","outcome":"ok"}' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n]/);
    expect(JSON.parse(lines[0]!)).toMatchObject({ event: 'sign-up', outcome: 'invalid_field' });
  });
});

async function livedThrough(): Promise<string> {
  const world = new AuthWorld();
  const notes = { namespace: 'notes' };
  await world.ask('sign-up');
  await world.ask('sign-up');
  await world.ask('sign-in', { password: 'not the password' });
  const token = await world.signIn();
  await world.askAs('session', token, notes);
  await world.askAs('create-ticket', token, notes);
  const change = { current_password: 'not the password', new_password: 'a wholly new password' };
  await world.askAs('change-password', token, { ...notes, ...change });
  await world.askAs('sign-out', token, notes);
  await world.askAs('sign-out', token, notes);
  return token;
}
