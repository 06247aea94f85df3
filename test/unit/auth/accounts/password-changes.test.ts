import { describe, expect, it, onTestFinished } from 'vitest';
import { hashToken } from '../../../../src/auth/sessions/sessions.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { type Mailbox, startMailbox } from '../../../helpers/servers/mailbox.ts';

const NEW = 'a wholly new password';

describe('changing the password', () => {
  it('requires the current one', async () => {
    const { world, token } = await signedIn();
    const change = { current_password: 'not the password', new_password: NEW };
    const result = await world.askAs('change-password', token, change);
    expect(result).toMatchObject({ error: 'invalid_credentials' });
    expect(await world.ask('sign-in')).toMatchObject({ ok: true });
  });

  it('applies the same rules to the new one', async () => {
    const { world, token } = await signedIn();
    for (const new_password of ['short', 'password123', 'ann@example.com']) {
      const change = { current_password: 'correct horse battery', new_password };
      const result = await world.askAs('change-password', token, change);
      expect(result).toMatchObject({ error: 'invalid_field', field: 'new_password' });
    }
  });

  it('ends all other sessions if requested', async () => {
    const { world, token } = await signedIn();
    const other = await world.signIn();
    const change = { current_password: 'correct horse battery', new_password: NEW };
    await world.askAs('change-password', token, { ...change, end_other_sessions: true });
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
    expect(await world.askAs('session', other)).toMatchObject({ error: 'unauthorized' });
    expect(world.ended).toMatchObject([{ session_hashes: [hashToken(other)] }]);
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    expect(await world.ask('sign-in', { password: NEW })).toMatchObject({ ok: true });
  });

  it('keeps them otherwise', async () => {
    const { world, token } = await signedIn();
    const other = await world.signIn();
    const change = { current_password: 'correct horse battery', new_password: NEW };
    await world.askAs('change-password', token, { ...change, end_other_sessions: false });
    expect(await world.askAs('session', other)).toMatchObject({ ok: true });
  });

  it('counts wrong passwords by session, so that a stolen session locks nobody else out', async () => {
    const { world, token } = await signedIn({ SIGN_IN_FAILURES: 1 });
    const change = { current_password: 'not the password', new_password: NEW };
    await world.askAs('change-password', token, change);
    const again = await world.askAs('change-password', token, change);
    expect(again).toMatchObject({ error: 'too_many_requests' });
    const other = await world.signIn();
    const right = { current_password: 'correct horse battery', new_password: NEW };
    expect(await world.askAs('change-password', other, right)).toMatchObject({ ok: true });
  });
});

describe('resetting the password by mail', () => {
  it('sets a new one and ends every session', async () => {
    const { world, mailbox, token: session } = await withMail();
    await world.ask('request-reset');
    const mail = await mailbox.nextMailTo(ANN.email);
    expect(mail).toEqual({
      purpose: 'reset-password',
      namespace: 'notes',
      to: 'Ann@Example.com',
      token: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(await reset(world, mail.token)).toMatchObject({ ok: true });
    expect(await world.ask('sign-in', { password: NEW })).toMatchObject({ ok: true });
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    expect(await world.askAs('session', session)).toMatchObject({ error: 'unauthorized' });
    expect(world.ended).toMatchObject([{ session_hashes: [hashToken(session)] }]);
  });

  it('answers an unknown address like a known one, and sends it no mail', async () => {
    const { world, mailbox } = await withMail();
    const unknown = await world.ask('request-reset', { email: 'nobody@example.com' });
    const known = await world.ask('request-reset');
    expect(unknown).toEqual(known);
    await mailbox.nextMailTo(ANN.email);
    expect(mailbox.mails).toHaveLength(1);
  });

  it('accepts a token once, even if two requests race', async () => {
    const { world, mailbox } = await withMail();
    await world.ask('request-reset');
    const { token } = await mailbox.nextMailTo(ANN.email);
    const results = await Promise.all([reset(world, token), reset(world, token)]);
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await reset(world, token)).toMatchObject({ error: 'invalid_token', field: 'token' });
  });

  it('voids a token when a newer one is sent or the password has changed', async () => {
    const { world, mailbox, token: session } = await withMail();
    await world.ask('request-reset');
    const first = await mailbox.nextMailTo(ANN.email);
    await world.ask('request-reset');
    const second = await mailbox.nextMailTo(ANN.email);
    expect(await reset(world, first.token)).toMatchObject({ error: 'invalid_token' });
    const change = { current_password: 'correct horse battery', new_password: `${NEW}!` };
    await world.askAs('change-password', session, change);
    expect(await reset(world, second.token)).toMatchObject({ error: 'invalid_token' });
  });

  it('accepts no token of another purpose or namespace', async () => {
    const { world, mailbox, token: session } = await withMail();
    await world.askAs('request-verification', session);
    const verification = await mailbox.nextMailTo(ANN.email);
    expect(await reset(world, verification.token)).toMatchObject({ error: 'invalid_token' });
    await world.ask('request-reset');
    const { token } = await mailbox.nextMailTo(ANN.email);
    const elsewhere = { namespace: 'tasks', token, new_password: NEW, client };
    expect(await world.askAt('reset-password', token, elsewhere)).toMatchObject({ ok: false });
    expect(await reset(world, token)).toMatchObject({ ok: true });
  });

  it('stores no token in plain text, not even while the mail cannot be sent', async () => {
    const { world, mailbox } = await withMail();
    mailbox.pendingRefusals = 1;
    await world.ask('request-reset');
    const { storage } = await world.home();
    await expect.poll(() => storage.dump()).toContain('"attempts":1');
    await world.alarm(storage.alarm!);
    const { token } = await mailbox.nextMailTo(ANN.email);
    expect(storage.dump()).not.toContain(token);
    expect(mailbox.accepted).toEqual(mailbox.refused);
    expect(mailbox.mails).toEqual(mailbox.refusedMails);
    expect(await reset(world, token)).toMatchObject({ ok: true });
  });

  it('sends at most 5 mails per hour to an address, with or without an account', async () => {
    const { world } = await withMail();
    for (const email of ['ann@example.com', 'nobody@example.com']) {
      for (let count = 0; count < 5; count += 1) {
        expect(await world.ask('request-reset', { email })).toMatchObject({ ok: true });
      }
      const sixth = await world.ask('request-reset', { email });
      expect(sixth).toMatchObject({ error: 'too_many_requests' });
    }
  });

  it('is not available if no mail can be sent', async () => {
    const { world } = await signedIn();
    expect(await world.ask('request-reset')).toMatchObject({ error: 'not_found' });
  });
});

const client = { address: '', user_agent: '' };

const reset = (world: AuthWorld, token: string) =>
  world.askAt('reset-password', token, { namespace: 'notes', token, new_password: NEW, client });

async function signedIn(variables: Record<string, unknown> = {}) {
  const world = new AuthWorld(variables);
  return { world, token: await world.signUp() };
}

async function withMail(): Promise<{ world: AuthWorld; mailbox: Mailbox; token: string }> {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  return { mailbox, ...(await signedIn(mailbox.vars)) };
}
