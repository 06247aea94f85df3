import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mail } from '../../../../src/auth/mail/mail.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

const SETTINGS = { MAIL: 'console', EMAIL_VERIFICATION: 'required', HIDE_ACCOUNTS: 'on' };
const OTHER = { password: 'a password of another person' };

describe('if accounts are hidden', () => {
  let mails: Mail[] = [];
  let world: AuthWorld;
  let namespace: string;

  beforeEach(() => {
    mails = [];
    world = new AuthWorld(SETTINGS);
    // No response waits for a mail, so a mail may arrive after its test.
    namespace = crypto.randomUUID();
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      if (!line.startsWith('mail ')) return;
      const mail: Mail = JSON.parse(line.slice('mail '.length));
      if (mail.namespace === namespace) mails.push(mail);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const ask = (name: 'sign-up' | 'sign-in', details: { email?: string; password?: string } = {}) =>
    world.ask(name, { ...details, namespace });

  const nextMail = async () => {
    await vi.waitFor(() => expect(mails).not.toHaveLength(0));
    return mails.shift()!;
  };

  it('a sign-up with a taken address gets the same response as any other', async () => {
    const first = await ask('sign-up');
    const again = await ask('sign-up', OTHER);
    expect(first).toMatchObject({ ok: true });
    expect(again).toEqual(first);
  });

  it("its owner gets a mail to sign in with, and the other user's password opens nothing", async () => {
    await ask('sign-up');
    expect(await nextMail()).toMatchObject({ purpose: 'verify-address', to: ANN.email });
    await ask('sign-up', OTHER);
    const { purpose, token } = await nextMail();
    expect(purpose).toBe('reset-password');
    expect(await ask('sign-in', OTHER)).toMatchObject({ error: 'invalid_credentials' });
    const use = { token, namespace, client: ANN.client };
    const reset = { ...use, new_password: 'the choice of the owner' };
    expect(await world.askAt('reset-password', token, reset)).toMatchObject({ ok: true });
    const { new_password: password } = reset;
    expect(await ask('sign-in', { password })).toMatchObject({ ok: true });
  });

  it('a sign-in does not reveal an account whose address is not verified', async () => {
    await ask('sign-up');
    const unverified = await ask('sign-in');
    expect(unverified).toEqual(await ask('sign-in', { email: 'nobody@example.com' }));
    const { token } = await nextMail();
    const { client, password } = ANN;
    const verification = { token, namespace, client, password };
    expect(await world.askAt('verify-address', token, verification)).toMatchObject({ ok: true });
    expect(await ask('sign-in')).toMatchObject({ ok: true });
  });

  it('a weak password is refused alike with and without an account, and so are too many mails', async () => {
    await ask('sign-up');
    const poor = { password: 'password1' };
    const refused = await ask('sign-up', poor);
    expect(refused).toMatchObject({ error: 'invalid_field' });
    expect(await ask('sign-up', { ...poor, email: 'new@example.com' })).toEqual(refused);
    for (let count = 0; count < 3; count += 1) {
      expect(await ask('sign-up', OTHER)).toMatchObject({ ok: true });
    }
    expect(await ask('sign-up', OTHER)).toMatchObject({ error: 'too_many_requests' });
  });

  it('two concurrent sign-ups with an address get the same response and create one account', async () => {
    const results = await Promise.all([ask('sign-up'), ask('sign-up', OTHER)]);
    expect(results[0]).toMatchObject({ ok: true });
    expect(results[1]).toEqual(results[0]);
    const { storage } = await world.home(namespace);
    expect((await storage.list({ prefix: 'account:' })).size).toBe(1);
  });
});
