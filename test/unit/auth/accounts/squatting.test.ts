import { describe, expect, it, onTestFinished } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { type Mailbox, startMailbox } from '../../../helpers/servers/mailbox.ts';

const NEW = 'a wholly new password';
const REQUIRED = { EMAIL_VERIFICATION: 'required', SIGN_IN_FAILURES: 3 };

/** Ann's address, with which another user has signed up and in. */
describe('an account that another user created for an address', () => {
  it('is not opened to them when the owner follows the mailed link', async () => {
    const { world, mailbox, squatter } = await squattedWorld(REQUIRED);
    const { token } = await mailbox.nextMailTo(ANN.email);
    expect(await verify(world, token)).toMatchObject({ error: 'unauthorized' });
    expect(await maySync(world, squatter)).toBe(false);
    const owner = await signedUp(world, await neighbourOf(ANN.email));
    const asAnother = await verify(world, token, { session_uuid: owner });
    expect(asAnother).toMatchObject({ error: 'unauthorized' });
    expect(await maySync(world, squatter)).toBe(false);
  });

  it('belongs to the owner after a reset, with an empty store', async () => {
    const { world, mailbox, squatter } = await squattedWorld(REQUIRED);
    const { id } = await world.home();
    expect(await reset(world, mailbox)).toMatchObject({
      ok: true,
      value: { address_was_verified: false, store: 'emptied' },
    });
    expect(world.destroyed).toEqual([id]);
    expect(await world.askAs('session', squatter)).toMatchObject({ error: 'unauthorized' });
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    const session = await world.askAs('session', await world.signIn({ password: NEW }));
    expect(session).toMatchObject({ value: { may_sync: true } });
    expect(session.ok && session.value.user.durable_object_name).not.toBe(id);
    const { storage } = await world.home();
    expect(storage.dump()).not.toContain(id);
  });

  it('can be emptied by a reset if addresses are not verified, and is kept otherwise', async () => {
    for (const empty_store of [true, undefined]) {
      const { world, mailbox, squatter } = await squattedWorld({});
      const { id } = await world.home();
      const store = empty_store ? 'emptied' : 'kept';
      const done = await reset(world, mailbox, { empty_store });
      expect(done).toMatchObject({ value: { address_was_verified: false, store } });
      expect((await world.home()).id === id).toBe(!empty_store);
      expect(await world.askAs('session', squatter)).toMatchObject({ error: 'unauthorized' });
    }
  });

  it("does not make its creator's network a known one", async () => {
    const { world, mailbox } = await squattedWorld({ SIGN_IN_FAILURES: 1 });
    await reset(world, mailbox, {}, '192.0.2.7');
    for (let count = 0; count < 10; count += 1) {
      const client = { address: `198.51.100.${count}`, user_agent: '' };
      await world.ask('sign-in', { password: 'not the password', client });
    }
    expect(await world.ask('sign-in')).toMatchObject({ error: 'too_many_requests' });
  });
});

describe('an account with a verified address', () => {
  it('is verified on another device by its password or by a session', async () => {
    for (const by of ['password', 'session'] as const) {
      const { world, mailbox, squatter: session_uuid } = await squattedWorld(REQUIRED);
      const { token } = await mailbox.nextMailTo(ANN.email);
      const proof = by === 'password' ? { password: ANN.password } : { session_uuid };
      expect(await verify(world, token, proof)).toMatchObject({ ok: true });
      expect(await maySync(world, session_uuid)).toBe(true);
    }
  });

  it('keeps its store at a reset, whatever the request says', async () => {
    const { world, mailbox, squatter: session_uuid } = await squattedWorld(REQUIRED);
    const { id } = await world.home();
    const { token } = await mailbox.nextMailTo(ANN.email);
    await verify(world, token, { session_uuid });
    expect(await reset(world, mailbox, { empty_store: true })).toMatchObject({
      value: { address_was_verified: true, store: 'kept' },
    });
    expect((await world.home()).id).toBe(id);
    expect(world.destroyed).toEqual([]);
  });
});

describe('guesses of the password that come with a token', () => {
  it('are counted separately, and void neither the token nor a reset', async () => {
    const { world, mailbox } = await squattedWorld(REQUIRED);
    const { token } = await mailbox.nextMailTo(ANN.email);
    const errors = [];
    for (let count = 0; count < 4; count += 1) {
      const result = await verify(world, token, { password: 'not the password' });
      errors.push(!result.ok && result.error);
    }
    const wrong = 'invalid_credentials';
    expect(errors).toEqual([wrong, wrong, wrong, 'too_many_requests']);
    const session_uuid = await world.signIn();
    expect(await verify(world, token, { session_uuid })).toMatchObject({ ok: true });
    expect(await reset(world, mailbox)).toMatchObject({ ok: true });
  });
});

const verify = (world: AuthWorld, token: string, proof: object = {}) =>
  world.askAt('verify-address', token, {
    namespace: ANN.namespace,
    token,
    client: ANN.client,
    ...proof,
  });

async function reset(world: AuthWorld, mailbox: Mailbox, choice: object = {}, address = '') {
  await world.ask('request-reset');
  let mail = await mailbox.nextMailTo(ANN.email);
  while (mail.purpose !== 'reset-password') mail = await mailbox.nextMailTo(ANN.email);
  const { token } = mail;
  const client = { address, user_agent: '' };
  const input = { namespace: ANN.namespace, token, new_password: NEW, client, ...choice };
  return world.askAt('reset-password', token, input);
}

/** Returns an address whose account is stored in the same auth room. */
async function neighbourOf(email: string): Promise<string> {
  const shard = await accountShard(ANN.namespace, email);
  for (let count = 0; ; count += 1) {
    const neighbour = `owner${count}@example.com`;
    if ((await accountShard(ANN.namespace, neighbour)) === shard) return neighbour;
  }
}

async function maySync(world: AuthWorld, token: string): Promise<boolean | undefined> {
  const session = await world.askAs('session', token);
  return session.ok ? session.value.may_sync : undefined;
}

async function signedUp(world: AuthWorld, email: string): Promise<string> {
  await world.ask('sign-up', { email });
  return world.signIn({ email });
}

async function squattedWorld(variables: object) {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const world = new AuthWorld({ ...mailbox.vars, ...variables });
  world.stubsHashing = true;
  return { world, mailbox, squatter: await signedUp(world, ANN.email) };
}
