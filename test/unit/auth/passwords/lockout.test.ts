import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { startMailbox } from '../../../helpers/servers/mailbox.ts';

const LIMITS = { SIGN_IN_FAILURES: 3, AUTH_REQUESTS_PER_MINUTE: 0 };
const WRONG = 'not the password';
const NEW = 'a wholly new password';
const HOUR = 3_600_000;

const from = (address: string) => ({ client: { address, user_agent: '' } });
const home = from('192.0.2.1');
const elsewhere = from('198.51.100.1');

describe('wrong passwords', () => {
  it('from one network lock out only that network', async () => {
    const world = await worldOfAnn();
    await failFrom(world, 3, () => elsewhere);
    const locked = await world.ask('sign-in', elsewhere);
    expect(locked).toMatchObject({ error: 'too_many_requests', retryAfter: expect.any(Number) });
    expect(await world.ask('sign-in', from('203.0.113.1'))).toMatchObject({ ok: true });
  });

  it('from many networks lock out all networks that the account does not know', async () => {
    const world = await worldOfAnn();
    await world.signIn(home);
    await failFrom(world, 30, strangers());
    const stranger = await world.ask('sign-in', from('203.0.113.1'));
    expect(stranger).toMatchObject({ error: 'too_many_requests' });
    expect(await world.ask('sign-in', home)).toMatchObject({ ok: true });
    await failFrom(world, 3, () => home);
    expect(await world.ask('sign-in', home)).toMatchObject({ error: 'too_many_requests' });
  });

  it('lock out an address without an account like one with an account', async () => {
    const world = await worldOfAnn();
    const email = 'nobody@example.com';
    const next = strangers();
    const results = [];
    for (let count = 0; count < 31; count += 1) {
      results.push(await world.ask('sign-in', { email, password: WRONG, ...next() }));
    }
    const errors = results.map((result) => !result.ok && result.error);
    expect(errors).toEqual([...Array(30).fill('invalid_credentials'), 'too_many_requests']);
  });

  it('of strangers still count after the owner has signed in', async () => {
    const world = await worldOfAnn();
    const next = strangers();
    await failFrom(world, 29, next);
    await world.signIn(home);
    await failFrom(world, 1, next);
    expect(await world.ask('sign-in', next())).toMatchObject({ error: 'too_many_requests' });
  });

  it('do not keep a session from changing its password or deleting its account', async () => {
    const world = await worldOfAnn();
    const session = await world.signIn(home);
    await failFrom(world, 30, strangers());
    await failFrom(world, 3, () => home);
    const change = { current_password: ANN.password, new_password: NEW, ...home };
    expect(await world.askAs('change-password', session, change)).toMatchObject({ ok: true });
    const deletion = { password: NEW, ...home };
    expect(await world.askAs('delete-account', session, deletion)).toMatchObject({ ok: true });
  });

  it('are cleared by a reset, and its network becomes a known one', async () => {
    const { world, mailbox } = await worldWithMail();
    await failFrom(world, 3, () => home);
    await failFrom(world, 27, strangers());
    expect(await world.ask('sign-in', elsewhere)).toMatchObject({ error: 'too_many_requests' });
    await world.ask('request-reset', home);
    const { token } = await mailbox.nextMailTo(ANN.email);
    const reset = { namespace: 'notes', token, new_password: NEW, ...home };
    expect(await world.askAt('reset-password', token, reset)).toMatchObject({ ok: true });
    const signedIn = await world.ask('sign-in', { password: NEW, ...elsewhere });
    expect(signedIn).toMatchObject({ ok: true });
    await failFrom(world, 30, strangers());
    expect(await world.ask('sign-in', { password: NEW, ...home })).toMatchObject({ ok: true });
  });
});

describe('a mailed token', () => {
  it('is accepted from a network that has used up its requests', async () => {
    const { world, mailbox } = await worldWithMail({ AUTH_REQUESTS_PER_MINUTE: 3 });
    await world.ask('request-reset', home);
    const { token } = await mailbox.nextMailTo(ANN.email);
    const use = (given: string) => {
      const reset = { namespace: 'notes', token: given, new_password: NEW, ...home };
      return world.askAt('reset-password', token, reset);
    };
    const errors = [];
    for (let count = 0; count < 4; count += 1) errors.push(await use(`${token.slice(0, -1)}x`));
    expect(errors.at(0)).toMatchObject({ error: 'invalid_token' });
    expect(errors.at(-1)).toMatchObject({ error: 'too_many_requests' });
    expect(await use(token)).toMatchObject({ ok: true });
  });
});

describe('mails to one address', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const ask = (world: AuthWorld, client: object, namespace = 'notes') =>
    world.ask('request-reset', { namespace, ...client });

  it('are limited to 5 per hour from one network, over all namespaces', async () => {
    const { world } = await worldWithMail();
    for (let count = 0; count < 5; count += 1) {
      expect(await ask(world, elsewhere, `app${count}`)).toMatchObject({ ok: true });
    }
    const sixth = await ask(world, elsewhere, 'another');
    expect(sixth).toMatchObject({ error: 'too_many_requests', retryAfter: 3_600 });
    expect(await ask(world, home)).toMatchObject({ ok: true });
    vi.setSystemTime(Date.now() + HOUR);
    expect(await ask(world, elsewhere)).toMatchObject({ ok: true });
  });

  it('are limited to 20 per hour from strangers, who cannot use up the limit of a known network', async () => {
    const { world } = await worldWithMail();
    await world.signIn(home);
    const next = strangers();
    for (let count = 0; count < 20; count += 1) await ask(world, next(), `app${count}`);
    expect(await ask(world, next())).toMatchObject({ error: 'too_many_requests' });
    expect(await ask(world, home)).toMatchObject({ ok: true });
  });

  it('are also counted at sign-up, whatever is deleted in between', async () => {
    const { world } = await worldWithMail({ EMAIL_VERIFICATION: 'required' });
    const bob = { email: 'bob@example.com', ...elsewhere };
    const outcomes = [];
    for (let count = 0; count < 6; count += 1) {
      const namespace = `app${count % 2}`;
      outcomes.push((await world.ask('sign-up', { ...bob, namespace })).ok);
      const signedIn = await world.ask('sign-in', { ...bob, namespace });
      if (!signedIn.ok) continue;
      const { session_uuid } = signedIn.value;
      await world.askAs('delete-account', session_uuid, { password: ANN.password });
    }
    expect(outcomes).toEqual([true, true, true, true, true, false]);
  });
});

describe('a hashing room', () => {
  it('that fails is replaced by another, and no guess is counted if all fail', async () => {
    const world = await worldOfAnn();
    world.failingHashes = 1;
    expect(await world.ask('sign-in', home)).toMatchObject({ ok: true });
    for (let count = 0; count < 5; count += 1) {
      world.failingHashes = 2;
      await expect(world.ask('sign-in', home)).rejects.toThrow();
    }
    expect(await world.ask('sign-in', home)).toMatchObject({ ok: true });
  });
});

/** Returns a new network on each call. */
function strangers() {
  let last = 0;
  return () => {
    last += 1;
    return from(`198.51.100.${last}`);
  };
}

async function failFrom(world: AuthWorld, times: number, next: () => object): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const result = await world.ask('sign-in', { password: WRONG, ...next() });
    expect(result).toMatchObject({ error: 'invalid_credentials' });
  }
}

async function worldOfAnn(variables: object = {}): Promise<AuthWorld> {
  const world = new AuthWorld({ ...LIMITS, ...variables });
  world.stubsHashing = true;
  await world.ask('sign-up', from('192.0.2.99'));
  return world;
}

async function worldWithMail(variables: object = {}) {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const world = await worldOfAnn({ ...mailbox.vars, ...variables });
  return { world, mailbox };
}
