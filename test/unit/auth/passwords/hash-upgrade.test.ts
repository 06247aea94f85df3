import { describe, expect, it } from 'vitest';
import { readStored } from '../../../fixtures/stored.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

/** The account in a fixture of an earlier TinyHost version, with an scrypt hash. */
const OLD = { ...ANN, email: 'ann@example.com' };
const NEW_PASSWORD = 'a wholly new password';
const ARGON2 = '$argon2id$v=19$m=19456,t=2,p=1$';

async function oldWorld() {
  const world = new AuthWorld({ SESSION_DAYS: 0, SESSION_MAX_DAYS: 0 });
  const { shard } = await world.home();
  const storage = world.storage(shard);
  await storage.put(Object.fromEntries(await (await readStored('auth-room-1')).list()));
  const hash = async () => {
    const [account] = (
      await storage.list<{ password_hash: string }>({ prefix: 'account:' })
    ).values();
    return account?.password_hash;
  };
  return { world, hash };
}

describe('a hash with an older cost', () => {
  it('is upgraded to the current cost by the next sign-in, once', async () => {
    const { world, hash } = await oldWorld();
    expect(await hash()).toContain('$scrypt$ln=14');
    expect(await world.ask('sign-in', OLD)).toMatchObject({ ok: true });
    const upgraded = await hash();
    expect(upgraded).toContain(ARGON2);
    expect(await world.ask('sign-in', OLD)).toMatchObject({ ok: true });
    expect(await hash()).toBe(upgraded);
  });

  it('is not changed by a wrong password', async () => {
    const { world, hash } = await oldWorld();
    expect(await world.ask('sign-in', { ...OLD, password: 'not it' })).toMatchObject({ ok: false });
    expect(await hash()).toContain('$scrypt$ln=14');
  });

  it('is upgraded to scrypt at the cost of ASVS if Argon2id is not available', async () => {
    const { world, hash } = await oldWorld();
    world.argon2 = () => Promise.reject(new Error('no such module'));
    expect(await world.ask('sign-in', OLD)).toMatchObject({ ok: true });
    expect(await hash()).toContain('$scrypt$ln=15,r=8,p=3$');
    world.evict();
    world.argon2 = new AuthWorld().argon2;
    expect(await world.ask('sign-in', OLD)).toMatchObject({ ok: true });
    expect(await hash()).toContain(ARGON2);
  });

  it('allows several concurrent sign-ins', async () => {
    const { world, hash } = await oldWorld();
    const results = await Promise.all([1, 2, 3].map(() => world.ask('sign-in', OLD)));
    expect(results).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(await hash()).toContain(ARGON2);
  });

  it.each([
    [
      'a change of the password',
      'change-password',
      { current_password: OLD.password, new_password: NEW_PASSWORD },
    ],
    ['a deletion', 'delete-account', { password: OLD.password }],
  ] as const)('does not interfere with %s', async (_, operation, details) => {
    const { world, hash } = await oldWorld();
    const token = await world.signIn(OLD);
    const storage = world.storage((await world.home()).shard);
    const old = await (await readStored('auth-room-1')).list<object>({ prefix: 'account:' });
    await storage.put(Object.fromEntries(old));
    expect(await hash()).toContain('$scrypt$ln=14');
    const results = await Promise.all([
      world.askAs(operation, token, details),
      world.ask('sign-in', OLD),
    ]);
    expect(results[0]).toMatchObject({ ok: true });
  });
});

describe('while a password is verified', () => {
  async function annSignedIn() {
    const world = new AuthWorld();
    await world.ask('sign-up');
    return { world, token: await world.signIn() };
  }

  it('another may be set, and then the old one opens nothing', async () => {
    const { world, token } = await annSignedIn();
    const change = { current_password: ANN.password, new_password: NEW_PASSWORD };
    const outcomes: unknown[] = [];
    world.duringNextHash = async () =>
      outcomes.push(await world.askAs('change-password', token, change));
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    world.duringNextHash = async () =>
      outcomes.push(
        await world.askAs('change-password', token, {
          current_password: NEW_PASSWORD,
          new_password: ANN.password,
        }),
      );
    const deletion = { password: NEW_PASSWORD };
    expect(await world.askAs('delete-account', token, deletion)).toMatchObject({
      error: 'invalid_credentials',
    });
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await world.ask('sign-in')).toMatchObject({ ok: true });
  });

  it('the same one may be set again, which cancels the verification as well', async () => {
    const { world, token } = await annSignedIn();
    const change = { current_password: ANN.password, new_password: ANN.password };
    world.duringNextHash = () => world.askAs('change-password', token, change);
    expect(await world.ask('sign-in')).toMatchObject({ error: 'invalid_credentials' });
    expect(await world.ask('sign-in')).toMatchObject({ ok: true });
  });
});
