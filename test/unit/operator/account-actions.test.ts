import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Account } from '../../../src/auth/accounts/accounts.ts';
import { hashToken } from '../../../src/auth/sessions/sessions.ts';
import type { AccountPage } from '../../../src/protocol/http-api/operator-accounts.ts';
import { ANN } from '../../helpers/in-memory/auth-world.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';
import { storedAccounts } from '../../helpers/in-memory/told-directory.ts';

const OPERATOR_KEY = '0123456789abcdef0123456789abcdef';
const NEW = 'another long passphrase';

let world: EdgeWorld;
let lines: Array<Record<string, unknown>>;
let mails: Array<{ purpose: string; to: string; token: string }>;
/** The path of Ann's account. */
let path: string;
let session: string;
let store: string;

beforeEach(async () => {
  lines = [];
  mails = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    if (line.startsWith('mail ')) mails.push(JSON.parse(line.slice('mail '.length)));
    else lines.push(JSON.parse(line));
  });
  await createWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Creates Ann's account, with a session and a shared store. */
async function createWorld(settings: object = {}): Promise<void> {
  world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES: '*', MAIL: 'console', ...settings });
  world.auth.stubsHashing = true;
  session = await world.auth.signUp();
  const created = await world.auth.askAs('create-store', session, { name: 'Holiday' });
  store = created.ok ? created.value.store : '';
  path = `notes/accounts/${(await world.auth.home()).id}`;
  await untilListed({ email: ANN.email });
  lines = [];
}

const send = (method: string, route: string, key = OPERATOR_KEY) =>
  world.send(method, `/admin/${route}`, { key });

/** Waits until the directory lists exactly this. */
const untilListed = (...accounts: object[]) =>
  vi.waitFor(async () => {
    const { body } = await send('GET', 'notes/accounts');
    expect((body as unknown as AccountPage).accounts).toEqual(
      accounts.map((account) => expect.objectContaining(account)),
    );
  });

const storedAccount = async () => {
  const { storage, id } = await world.auth.home();
  return (await storage.get<Account>(`account:${id}`))!;
};

const isKnown = async (token = session) => (await world.auth.askAs('session', token)).ok;

describe('a disabled account', () => {
  beforeEach(async () => {
    expect(await send('POST', `${path}/disable`)).toMatchObject({
      status: 200,
      body: { success: true, message: 'Account disabled' },
    });
  });

  it('cannot sign in, which only its password reveals', async () => {
    expect(await world.auth.ask('sign-in')).toMatchObject({ error: 'account_disabled' });
    const wrong = await world.auth.ask('sign-in', { password: 'not the password' });
    expect(wrong).toMatchObject({ error: 'invalid_credentials' });
  });

  it('has no session any more, and its sockets are closed in all of its stores', async () => {
    expect(await isKnown()).toBe(false);
    const { id } = await world.auth.home();
    const told = { session_hashes: [hashToken(session)], close: 'accountDisabled' };
    expect(world.auth.ended).toEqual([
      { room: id, ...told },
      { room: store, ...told },
    ]);
  });

  it('cannot use a session that is left for whatever reason', async () => {
    await send('POST', `${path}/enable`);
    const left = await world.auth.signIn();
    const account = await storedAccount();
    const { storage } = await world.auth.home();
    await storage.put(`account:${account.id}`, { ...account, is_disabled: true });
    expect(await isKnown(left)).toBe(false);
  });

  it('stays disabled when its password is reset', async () => {
    expect((await send('POST', `${path}/request-reset`)).status).toBe(200);
    const { token } = await mailTo(ANN.email);
    const reset = { namespace: 'notes', token, new_password: NEW, client: ANN.client };
    expect(await world.auth.askAt('reset-password', token, reset)).toMatchObject({ ok: true });
    const refused = await world.auth.ask('sign-in', { password: NEW });
    expect(refused).toMatchObject({ error: 'account_disabled' });
  });

  it('stays disabled when its owner takes it over from a stranger, with an empty store', async () => {
    await send('POST', `${path}/request-reset`);
    const { token } = await mailTo(ANN.email);
    const details = { namespace: 'notes', token, new_password: NEW, client: ANN.client };
    const reset = { ...details, empty_store: true };
    expect(await world.auth.askAt('reset-password', token, reset)).toMatchObject({
      value: { store: 'emptied' },
    });
    expect(await storedAccount()).toMatchObject({ is_disabled: true });
    await untilListed({ id: (await storedAccount()).id, is_disabled: true });
  });

  it('is told to the directory, keeps its place there, and can be enabled again', async () => {
    await untilListed({ email: ANN.email, is_disabled: true });
    expect((await send('GET', path)).body).toMatchObject({
      account: { is_disabled: true },
      sessions: [],
      stores: [{ name: null }, { id: store }],
    });
    expect(await storedAccounts(world.auth)).toMatchObject([{ is_disabled: true }]);
    expect((await send('POST', `${path}/enable`)).body.message).toBe('Account enabled');
    await untilListed({ email: ANN.email, is_disabled: false });
    expect(await storedAccount()).not.toHaveProperty('is_disabled');
    expect(await isKnown(await world.auth.signIn())).toBe(true);
    expect(await isKnown()).toBe(false);
  });

  it('changes nothing when it is disabled or enabled twice', async () => {
    await send('POST', `${path}/disable`);
    const { changes } = await storedAccount();
    expect(changes).toBe(1);
    await send('POST', `${path}/enable`);
    await send('POST', `${path}/enable`);
    expect(await storedAccount()).toMatchObject({ changes: 2 });
  });
});

it('an account that is disabled while its password is hashed does not get a session', async () => {
  world.auth.stubsHashing = false;
  await world.auth.ask('sign-up', { email: 'bob@example.com' });
  await untilListed({ email: ANN.email }, { email: 'bob@example.com' });
  world.auth.duringNextHash = async () => {
    const { body } = await send('GET', 'notes/accounts?prefix=bob');
    const [bob] = (body as unknown as AccountPage).accounts;
    await send('POST', `notes/accounts/${bob!.id}/disable`);
  };
  const signIn = await world.auth.ask('sign-in', { email: 'bob@example.com' });
  expect(signIn).toMatchObject({ error: 'account_disabled' });
});

describe('ending the sessions of an account', () => {
  it('closes their sockets, and leaves the account as it is', async () => {
    const other = await world.auth.signIn();
    const ended = await send('DELETE', `${path}/sessions`);
    expect(ended.body).toEqual({ success: true, message: 'Sessions ended' });
    expect([await isKnown(), await isKnown(other)]).toEqual([false, false]);
    expect(world.auth.ended.map(({ close }) => close)).toEqual(['sessionEnded', 'sessionEnded']);
    expect(world.auth.ended[0]!.session_hashes).toHaveLength(2);
    expect(await isKnown(await world.auth.signIn())).toBe(true);
  });
});

describe('mailing a reset', () => {
  it('sends the mail that the user could have asked for', async () => {
    expect((await send('POST', `${path}/request-reset`)).body.message).toBe('A mail is on its way');
    expect(await mailTo(ANN.email)).toMatchObject({ purpose: 'reset-password' });
  });

  it('is possible when strangers have used up the mails to this address', async () => {
    for (let network = 0; network < 25; network += 1) {
      const client = { address: `198.51.100.${network}`, user_agent: '' };
      await world.auth.ask('request-reset', { client });
    }
    const refused = await world.auth.ask('request-reset', {
      client: { address: '203.0.113.1', user_agent: '' },
    });
    expect(refused).toMatchObject({ error: 'too_many_requests' });
    expect((await send('POST', `${path}/request-reset`)).status).toBe(200);
  });

  it('is limited nevertheless, and refused where no mail is sent', async () => {
    for (let mail = 0; mail < 5; mail += 1) await send('POST', `${path}/request-reset`);
    const refused = await send('POST', `${path}/request-reset`);
    expect(refused).toMatchObject({ status: 429, body: { error: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await createWorld({ MAIL: 'off' });
    expect((await send('POST', `${path}/request-reset`)).status).toBe(404);
  });
});

describe('deleting an account', () => {
  it('removes what its owner could have removed, and is told to the directory', async () => {
    const { id, storage } = await world.auth.home();
    const deleted = await send('DELETE', path);
    expect(deleted.body).toEqual({ success: true, message: 'Account deleted' });
    expect(world.auth.destroyed).toEqual([id]);
    expect(world.auth.stores.stores.has(store)).toBe(false);
    await untilListed();
    expect(storage.dump()).not.toContain(id);
    for (const [method, route] of ACTIONS) {
      expect((await send(method, `${path}${route}`)).status).toBe(404);
    }
  });
});

const ACTIONS = [
  ['GET', '', 'describe-account'],
  ['POST', '/disable', 'disable-account'],
  ['POST', '/enable', 'enable-account'],
  ['DELETE', '/sessions', 'end-account-sessions'],
  ['POST', '/request-reset', 'mail-account-reset'],
  ['DELETE', '', 'remove-account'],
] as const;

it('each action is an event of the log, with the key and without the address', async () => {
  const created = await world.send('POST', '/admin/keys', {
    key: OPERATOR_KEY,
    body: { scopes: ['accounts:read', 'accounts:write'] },
  });
  const { key, id } = created.body as { key: string; id: string };
  await world.auth.ask('sign-in');
  lines = lines.filter(({ event }) => event === 'sign-in');
  for (const [method, route] of ACTIONS) {
    expect((await send(method, `${path}${route}`, key)).status).toBe(200);
  }
  const [{ account } = {}, ...done] = lines;
  expect(done.filter(({ room }) => room === 'auth')).toEqual(
    ACTIONS.map(([, , event]) =>
      expect.objectContaining({ event, outcome: 'ok', namespace: 'notes', account, key: id }),
    ),
  );
  expect(JSON.stringify(lines)).not.toMatch(/example\.com|thk_/i);
  lines = [];
  await send('POST', `${path}/disable`);
  expect(lines).toEqual([expect.objectContaining({ event: 'refused', outcome: 'not_found' })]);
});

const mailTo = (to: string) =>
  vi.waitFor(() => {
    const mail = mails.findLast((one) => one.to === to);
    expect(mail).toBeDefined();
    return mail!;
  });
