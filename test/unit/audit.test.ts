import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../src/auth/sessions.ts';
import { ANN, AuthWorld } from '../helpers/auth-world.ts';

describe('the log of an auth room', () => {
  let lines: string[] = [];

  beforeEach(() => {
    lines = [];
    vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('has one JSON object a line for each event, and for failures what they were', async () => {
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

  it('tells an account and a session by pseudonyms that can be followed', async () => {
    await livedThrough();
    const events = lines.map((line) => JSON.parse(line));
    const accounts = new Set(events.map(({ account }) => account).filter(Boolean));
    const sessions = new Set(events.map(({ session }) => session).filter(Boolean));
    expect(accounts.size).toBe(1);
    expect(sessions.size).toBe(1);
  });

  it('holds no address, token, password or whole hash', async () => {
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

  it('stays one line whatever a client sends', async () => {
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
