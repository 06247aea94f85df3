import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DevServer } from '../../../dev/dev-server.ts';
import {
  DELIVERY_ID,
  EMAIL,
  HEALTH,
  HOOK,
  MAIL_TOKEN,
  OPERATOR_KEY,
  SESSION_ID,
  SESSION_TOKEN,
  SHARED_STORE,
} from '../../../src/edge/openapi/examples.ts';
import {
  type ApiResponse,
  DOCUMENT,
  documented,
  ENDPOINTS,
  type Endpoint,
  ExampleClient,
  endpoint,
  mismatch,
  titled,
} from '../../helpers/requests/documented-api.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { askAdmin, pathOfAccount } from '../../helpers/requests/operator.ts';
import { ask, NAMESPACE, newUser, uniqueEmail } from '../../helpers/requests/users.ts';
import { type Mailbox, startMailbox } from '../../helpers/servers/mailbox.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

let mailbox: Mailbox;
let server: DevServer;

beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startServer({
    vars: { ...mailbox.vars, OPERATOR_KEY, AUTH_REQUESTS_PER_MINUTE: 0 },
  });
});
afterAll(async () => {
  await server.stop();
  await mailbox.close();
});

/** The requests of every user: later examples need their ids and secrets. */
const BEGINNING = ['signUp', 'getSession', 'listSessions', 'createTicket'];

/** The requests that another operation needs first. */
const BEFORE: Record<string, string[]> = {
  resetPassword: ['requestReset'],
  verifyAddress: ['requestVerification'],
  exportAccount: ['replaceStore'],
  describeAccount: ['replaceStore'],
  getUsage: ['replaceStore'],
  loadPersister: ['savePersister'],
  listStores: ['createSharedStore'],
  listStoresOfNamespace: ['createSharedStore'],
  acceptInvitation: ['createSharedStore', 'createInvitation'],
  listInvitations: ['createInvitation'],
  revokeInvitation: ['createInvitation'],
  listKeys: ['createKey'],
  revokeKey: ['createKey'],
  listHooks: ['createHook'],
  updateHook: ['createHook'],
  deleteHook: ['createHook'],
  listDeliveries: ['createHook'],
  retryDelivery: ['createHook'],
  openSocketOfSharedStore: ['createTicketOfSharedStore'],
};

const SHARED = '/{namespace}/stores/{store}';
const OPERATED = '/admin/{namespace}/accounts/{account}';
const OPERATED_SHARED = `/admin${SHARED}`;

/** The requests before that of an endpoint. */
function requestsBefore({ id, path }: Endpoint): string[] {
  const own = BEFORE[id] ?? [];
  if (path.startsWith(`${OPERATED}/store`)) return ['replaceStore'];
  if (path.startsWith(`${SHARED}/store`)) return ['createSharedStore', FILL_SHARED];
  if (path.startsWith(`${OPERATED_SHARED}/store`)) return ['createSharedStore', FILL_SHARED];
  if (path.startsWith(OPERATED_SHARED)) return ['createSharedStore', ...own];
  if (path.startsWith(SHARED)) return ['createSharedStore', ...own];
  return path.startsWith('/{namespace}/store/') || path === '/{namespace}/store'
    ? ['replaceStore']
    : own;
}

const FILL_SHARED = 'replaceStoreOfSharedStore';

/** Makes another account an owner of the client's store, so that the client may leave it. */
async function addSecondOwner(client: ExampleClient): Promise<void> {
  const [email, session_uuid] = client.expected([EMAIL, SESSION_TOKEN]) as [string, string];
  const owner = { url: server.url, namespace: NAMESPACE, email, session_uuid };
  const path = `stores/${client.expected(SHARED_STORE)}/invitations`;
  const { body } = await ask(owner, 'POST', path, { role: 'owner' });
  const other = await newUser({ url: server.url });
  await ask(other, 'POST', 'accept-invitation', { token: body.token });
}

/** Removes what other requests have created, because the server has one list for all clients. */
async function clear(path: string, list: string): Promise<void> {
  const { url } = server;
  const { body } = await askAdmin('GET', path, { url });
  for (const { id } of body[list] as { id: string }[]) {
    await askAdmin('DELETE', `${path}/${id}`, { url });
  }
}

/** Waits until the directory, which is told of a store after the response, lists it. */
const untilListed = (client: ExampleClient, to: Endpoint) =>
  eventually(async () => {
    const { body } = await client.send(to, firstVariant(to));
    expect(body).toMatchObject({ stores: [{ id: client.expected(SHARED_STORE) }] });
  });

/** Makes the client's hook have a delivery. The receiver of the examples does not exist. */
async function addDelivery(client: ExampleClient): Promise<void> {
  const { url } = server;
  await newUser({ url });
  const path = `${NAMESPACE}/hooks/${client.expected(HOOK.id)}/deliveries`;
  const first = async () =>
    ((await askAdmin('GET', path, { url })).body.deliveries as { id: string }[])[0]?.id;
  await expect.poll(first).toBeDefined();
  client.replace(DELIVERY_ID, (await first())!);
}

async function newClient(to: Endpoint): Promise<ExampleClient> {
  const client = new ExampleClient(server.url);
  const email = uniqueEmail();
  client.replace(EMAIL, email);
  client.replace(HEALTH.engine, inject('engine'));
  if (to.id === 'signUp') return client;
  if (to.id === 'listKeys') await clear('keys', 'keys');
  if (to.id === 'listHooks') await clear(`${NAMESPACE}/hooks`, 'hooks');
  // The list has the stores of all clients.
  if (to.id === 'listStoresOfNamespace') client.replace('todo', `todo-${crypto.randomUUID()}`);
  for (const id of [...BEGINNING, ...requestsBefore(to)]) {
    // The hook is alone in its namespace. Late news of new accounts would be its deliveries.
    if (to.id === 'listDeliveries' && id === 'createHook') {
      client.replace('todo', `todo-${crypto.randomUUID()}`);
    }
    const earlier = endpoint(id);
    const { status } = await client.send(earlier, firstVariant(earlier));
    expect(status).toBeLessThan(300);
    if (/^request/.test(id)) client.replace(MAIL_TOKEN, (await mailbox.nextMailTo(email)).token);
  }
  const session = client.expected(SESSION_ID) as string;
  client.replace(SESSION_ID.slice(0, 16), session.slice(0, 16));
  if (to.id === 'removeMember') await addSecondOwner(client);
  if (to.id === 'listStoresOfNamespace') await untilListed(client, to);
  if (to.id === 'retryDelivery') await addDelivery(client);
  if (to.path.startsWith('/admin/{namespace}/accounts')) {
    await pathOfAccount({ url: server.url, namespace: NAMESPACE, email });
  }
  return client;
}

const schemesOf = ({ operation }: Endpoint): (string | undefined)[] =>
  operation.security?.flatMap((scheme) => Object.keys(scheme)) ?? [undefined];

const mediaTypesOf = ({ operation }: Endpoint): (string | undefined)[] =>
  operation.requestBody ? Object.keys(operation.requestBody.content) : [undefined];

const firstVariant = (to: Endpoint) => ({
  scheme: schemesOf(to)[0],
  mediaType: mediaTypesOf(to)[0],
});

/** Only reads can be repeated with another security scheme. */
const variantsOf = (to: Endpoint) =>
  mediaTypesOf(to).flatMap((mediaType) =>
    (to.method === 'GET' ? schemesOf(to) : schemesOf(to).slice(0, 1)).map((scheme) => ({
      scheme,
      mediaType,
    })),
  );

function expectDocumented(to: Endpoint, { status, type, headers, body }: ApiResponse): void {
  const response = to.operation.responses[status];
  expect(response).toBeDefined();
  expect(Object.keys(response!.content ?? {})).toEqual(type ? [type] : []);
  // The headers of other responses depend on state.
  const always = status < 204 ? Object.keys(response!.headers ?? {}) : [];
  expect(headers).toEqual(expect.arrayContaining(always.map((name) => name.toLowerCase())));
  const schema = documented(to, status)?.schema;
  if (schema) expect(mismatch(schema, body)).toBeUndefined();
}

/** Replaces times, and what depends on the accounts of other tests. */
const withoutVariables = (json: unknown): unknown =>
  JSON.parse(
    JSON.stringify(json)
      .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'time')
      .replace(/"listed":\d+/g, '"listed":0'),
  );

test('the document is served as generated', async () => {
  const response = await fetch(`${server.url}/openapi.json`);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual(DOCUMENT);
});

/** Responses about what all tests have created. */
const OF_ALL_TESTS = new Set(['addUsage', 'countNamespace', 'listHashes']);

/** Parts of stores have the same routes for keys and for users. */
const distinct = ENDPOINTS.filter(({ path }) => !/^\/admin\/.*\/store\//.test(path));

test.each(titled(distinct))('%s answers its example as documented', async (_, to) => {
  const client = await newClient(to);
  const [success] = Object.keys(to.operation.responses);
  for (const variant of variantsOf(to)) {
    const answer = await client.send(to, variant);
    expect(answer).toMatchObject({ status: Number(success) });
    expectDocumented(to, answer);
    const example = documented(to, answer.status)?.example;
    if (example !== undefined && !OF_ALL_TESTS.has(to.id)) {
      expect(withoutVariables(answer.body)).toEqual(withoutVariables(client.expected(example)));
    }
  }
});

const secured = ENDPOINTS.filter(({ operation }) => operation.security);

test.each(titled(secured))('%s documents its refusal without a token', async (_, to) => {
  const [mediaType] = mediaTypesOf(to);
  const answer = await new ExampleClient(server.url).send(to, { mediaType });
  expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  expectDocumented(to, answer);
});

const withBody = ENDPOINTS.filter(({ operation }) => operation.requestBody);

test.each(titled(withBody))('%s documents its refusal of other media types', async (_, to) => {
  const variant = { ...firstVariant(to), contentType: 'image/png' };
  const answer = await new ExampleClient(server.url).send(to, variant);
  expect(answer).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } });
  expectDocumented(to, answer);
});
