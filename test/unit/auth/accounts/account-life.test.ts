import { describe, expect, it, onTestFinished } from 'vitest';
import { hashToken } from '../../../../src/auth/sessions/sessions.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { startMailbox } from '../../../helpers/servers/mailbox.ts';

const { password, client } = ANN;

describe('verifying the address', () => {
  it('is required to sync if the setting says so, and sign-up sends the mail', async () => {
    const { world, mailbox } = await verifying();
    await world.ask('sign-up');
    const token = await world.signIn();
    expect(await world.askAs('session', token)).toMatchObject({ value: { may_sync: false } });
    expect(await world.askAs('create-ticket', token)).toMatchObject({ error: 'email_unverified' });
    const mail = await mailbox.nextMailTo(ANN.email);
    expect(mail).toMatchObject({ purpose: 'verify-address', to: 'Ann@Example.com' });
    expect(await verify(world, mail.token, { password })).toMatchObject({ ok: true });
    expect(await world.askAs('session', token)).toMatchObject({ value: { may_sync: true } });
    const again = await verify(world, mail.token, { password });
    expect(again).toMatchObject({ error: 'invalid_token' });
  });

  it('accepts only the newest token', async () => {
    const { world, mailbox } = await verifying();
    await world.ask('sign-up');
    const first = await mailbox.nextMailTo(ANN.email);
    const session_uuid = await world.signIn();
    await world.askAs('request-verification', session_uuid);
    const second = await mailbox.nextMailTo(ANN.email);
    const proof = { session_uuid };
    expect(await verify(world, first.token, proof)).toMatchObject({ error: 'invalid_token' });
    expect(await verify(world, second.token, proof)).toMatchObject({ ok: true });
  });

  it('also happens by a reset, because its token came by mail', async () => {
    const { world, mailbox } = await verifying();
    await world.ask('sign-up');
    await mailbox.nextMailTo(ANN.email);
    await world.ask('request-reset');
    const { token } = await mailbox.nextMailTo(ANN.email);
    const new_password = 'a wholly new password';
    await world.askAt('reset-password', token, { namespace: 'notes', token, new_password, client });
    const session = await world.signIn({ password: new_password });
    expect(await world.askAs('session', session)).toMatchObject({ value: { may_sync: true } });
  });
});

describe('deleting an account', () => {
  it('requires the password', async () => {
    const { world, token } = await signedIn();
    const result = await world.askAs('delete-account', token, { password: 'not the password' });
    expect(result).toMatchObject({ error: 'invalid_credentials' });
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
  });

  it('leaves nothing of the account in the auth room, and destroys the user room', async () => {
    const { world, token } = await signedIn();
    const other = await world.signIn();
    await world.askAs('create-ticket', other);
    const { id, storage } = await world.home();
    expect(await world.askAs('delete-account', token, { password })).toMatchObject({ ok: true });
    expect(await world.askAs('session', token)).toMatchObject({ error: 'unauthorized' });
    expect(await world.askAs('session', other)).toMatchObject({ error: 'unauthorized' });
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    expect(world.destroyed).toEqual([id]);
    expect(storage.dump()).not.toContain('ann@example.com');
    // The job that tells the directory is not awaited.
    await expect.poll(() => storage.dump()).not.toContain(id);
  });

  it('frees the address for another account with another user room', async () => {
    const { world, token } = await signedIn();
    const { id } = await world.home();
    await world.askAs('delete-account', token, { password });
    expect(await world.ask('sign-up')).toMatchObject({ ok: true });
    expect((await world.home()).id).not.toBe(id);
  });

  it.each([
    ['the next request', async (world: AuthWorld) => void (await world.ask('sign-in'))],
    ['the alarm', async (world: AuthWorld, alarm: number) => world.alarm(alarm)],
  ])('is finished by %s if the process died before the user room was notified', async (_, wake) => {
    const { world, token } = await signedIn();
    const { id, storage } = await world.home();
    world.userRoomsFail = true;
    expect(await world.askAs('delete-account', token, { password })).toMatchObject({ ok: true });
    expect(storage.alarm).not.toBeNull();
    world.evict();
    world.userRoomsFail = false;
    // The jobs of a deletion are due one after the other, within a second.
    await wake(world, storage.alarm! + 1_000);
    await expect.poll(() => world.destroyed).toEqual([id]);
    await expect.poll(() => storage.dump()).not.toContain('outbox:');
    await expect.poll(() => storage.alarm).toBeNull();
  });

  it('leaves no session to a sign-in that races with it', async () => {
    const { world, token } = await signedIn();
    const { storage } = await world.home();
    const [signIn] = await Promise.all([
      world.ask('sign-in'),
      world.askAs('delete-account', token, { password }),
    ]);
    if (signIn.ok) {
      const session = await world.askAs('session', signIn.value.session_uuid);
      expect(session).toMatchObject({ error: 'unauthorized' });
    }
    expect(storage.dump()).not.toContain('session');
  });
});

describe('exporting an account', () => {
  it('returns everything known about it, and no secret', async () => {
    const { world, token } = await signedIn();
    const exported = await world.askAs('export-account', token);
    expect(exported).toEqual({
      ok: true,
      value: {
        account: {
          namespace: 'notes',
          email: 'Ann@Example.com',
          created_at: expect.any(String),
          verified_at: null,
          durable_object_name: expect.any(String),
        },
        sessions: [expect.objectContaining({ id: hashToken(token), current: true })],
        stores: [],
      },
    });
    expect(JSON.stringify(exported)).not.toMatch(/scrypt|password/);
  });
});

const verify = (world: AuthWorld, token: string, proof: object) =>
  world.askAt('verify-address', token, { namespace: 'notes', token, client, ...proof });

async function verifying() {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const world = new AuthWorld({ ...mailbox.vars, EMAIL_VERIFICATION: 'required' });
  return { world, mailbox };
}

async function signedIn() {
  const world = new AuthWorld();
  return { world, token: await world.signUp() };
}
