import { expect, inject, onTestFinished, test } from 'vitest';
import { TinyHostError } from '../../client/errors.ts';
import {
  anotherDevice,
  connect,
  makeClient,
  memoryStorage,
  signedInClient,
} from '../helpers/devices/clients.ts';
import { ask, NAMESPACE, PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';
import { startMailbox } from '../helpers/servers/mailbox.ts';
import { startServer } from '../helpers/servers/start-server.ts';

test('a sign-up signs in, and ends the session that was there before', async () => {
  const client = makeClient();
  const email = uniqueEmail();
  const session = await client.signUp({ email, password: PASSWORD });
  expect(session).toMatchObject({ user: { email } });
  expect(client.currentSession).toEqual(session);
  expect(await client.sessions()).toMatchObject([{ current: true }]);
  await connect(client).saved();
  const other = await client.signUp({ email: uniqueEmail(), password: PASSWORD });
  expect(client.currentSession).toEqual(other);
  const former = { url: inject('url'), namespace: NAMESPACE, email, ...session! };
  await expect.poll(async () => (await ask(former, 'GET', 'session')).status).toBe(401);
});

test('a session lasts from sign-in to sign-out, and listeners get both', async () => {
  const client = makeClient();
  const seen: (string | undefined)[] = [];
  client.subscribe((session) => seen.push(session?.user.email));
  const email = uniqueEmail();
  await makeClient().signUp({ email, password: PASSWORD });
  const session = await client.signIn({ email, password: PASSWORD });
  expect(client.currentSession).toEqual(session);
  expect(await client.session()).toMatchObject({
    session: { uuid: session.session_uuid },
    user: { email },
  });
  await client.signOut();
  expect(client.currentSession).toBeUndefined();
  expect(seen).toEqual([email, undefined]);
});

test('an error has the code, status, field and message of the server', async () => {
  const client = makeClient();
  const refusal = await client.signUp({ email: 'nobody', password: PASSWORD }).catch((e) => e);
  expect(refusal).toBeInstanceOf(TinyHostError);
  expect(refusal).toMatchObject({ code: 'invalid_field', status: 400, field: 'email' });
  expect(refusal.message).toContain('e-mail');
  const unknown = { email: uniqueEmail(), password: PASSWORD };
  await expect(client.signIn(unknown)).rejects.toMatchObject({
    code: 'invalid_credentials',
    status: 401,
  });
});

test('an unreachable server is a network error', async () => {
  const nowhere = makeClient({ url: 'http://127.0.0.1:1' });
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  await expect(nowhere.signIn(credentials)).rejects.toMatchObject({ code: 'network', status: 0 });
});

test('each call can be aborted', async () => {
  const client = await signedInClient();
  const signal = AbortSignal.abort(new Error('changed my mind'));
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  await expect(client.signUp(credentials, { signal })).rejects.toThrow('changed my mind');
  await expect(client.signIn(credentials, { signal })).rejects.toThrow('changed my mind');
  await expect(client.session({ signal })).rejects.toThrow('changed my mind');
  await expect(client.signOut({ signal })).rejects.toThrow('changed my mind');
  expect(client.currentSession).toBeDefined();
});

test("the session is kept in the app's storage, for each server and namespace", async () => {
  const storage = memoryStorage();
  const client = await signedInClient({ storage });
  expect(makeClient({ storage }).currentSession).toEqual(
    expect.objectContaining(client.currentSession),
  );
  expect(makeClient({ storage, namespace: 'other' }).currentSession).toBeUndefined();
  expect(storage.getItem(`tinyhost:${inject('url')}/${NAMESPACE}`)).toContain(
    client.currentSession!.session_uuid,
  );
  await client.signOut();
  expect(makeClient({ storage }).currentSession).toBeUndefined();
});

test('a session is kept in memory if the app disables the storage', async () => {
  const client = await signedInClient({ storage: null });
  expect(client.currentSession).toBeDefined();
  expect(makeClient({ storage: null }).currentSession).toBeUndefined();
});

test('a session that the server does not know is forgotten', async () => {
  const storage = memoryStorage();
  const client = await signedInClient({ storage });
  await makeClient({ storage }).signOut();
  await expect(client.session()).rejects.toMatchObject({ code: 'unauthorized' });
  expect(client.currentSession).toBeUndefined();
  await expect(client.session()).rejects.toMatchObject({ code: 'signed_out' });
  expect(() => client.connect()).toThrow('nobody is signed in');
});

test('a storage with invalid content counts as empty', async () => {
  const storage = memoryStorage();
  storage.setItem(`tinyhost:${inject('url')}/${NAMESPACE}`, '{');
  expect(makeClient({ storage }).currentSession).toBeUndefined();
});

test('sessions can be listed, and ended one by one or all at once', async () => {
  const client = await signedInClient();
  const [second, third] = [await anotherDevice(client), await anotherDevice(client)];
  const sessions = await client.sessions();
  expect(sessions.map(({ current }) => current).sort()).toEqual([false, false, true]);
  const mine = (await second.sessions()).find(({ current }) => current)!;
  await client.revokeSession(mine.id);
  await expect(second.session()).rejects.toMatchObject({ code: 'unauthorized' });
  await client.revokeOtherSessions();
  await expect(third.session()).rejects.toMatchObject({ code: 'unauthorized' });
  expect(await client.sessions()).toHaveLength(1);
});

test('a password can be changed with the current one', async () => {
  const client = await signedInClient();
  const { email } = client.currentSession!.user;
  const other = await anotherDevice(client);
  const change = { current_password: 'not this one', new_password: 'another long passphrase' };
  await expect(client.changePassword(change)).rejects.toMatchObject({ status: 401 });
  await client.changePassword({ ...change, current_password: PASSWORD });
  await expect(other.session()).rejects.toMatchObject({ code: 'unauthorized' });
  await makeClient().signIn({ email, password: change.new_password });
});

test('the tokens of mails reset a password and verify an address', async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const { url, stop } = await startServer({ vars: mailbox.vars });
  onTestFinished(stop);
  const client = await signedInClient({ url });
  const { email } = client.currentSession!.user;
  await client.requestVerification();
  await client.verifyAddress((await mailbox.nextMailTo(email)).token);
  expect((await client.exportAccount()).account.verified_at).not.toBeNull();
  await makeClient({ url }).requestReset(email);
  const { token } = await mailbox.nextMailTo(email);
  const new_password = 'another long passphrase';
  await client.resetPassword({ token, new_password });
  await makeClient({ url }).signIn({ email, password: new_password });
  const again = client.resetPassword({ token, new_password });
  await expect(again).rejects.toMatchObject({ code: 'invalid_token', status: 400 });
});

test('an account can be exported with its store, and deleted', async () => {
  const client = await signedInClient();
  const { email } = client.currentSession!.user;
  const connection = connect(client);
  connection.store.setCell('tasks', 'a', 'title', 'write');
  await connection.saved();
  expect(await client.exportAccount()).toMatchObject({
    account: { email },
    sessions: [{ current: true }],
    store: { tables: { tasks: { a: { title: 'write' } } } },
  });
  await expect(client.deleteAccount('not this one')).rejects.toMatchObject({ status: 401 });
  expect(client.currentSession).toBeDefined();
  await client.deleteAccount(PASSWORD);
  expect(client.currentSession).toBeUndefined();
  expect(connection.state.status).toBe('signed-out');
  await expect(makeClient().signIn({ email, password: PASSWORD })).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
});
