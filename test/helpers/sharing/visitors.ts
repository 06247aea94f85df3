import { ask, NAMESPACE, newUser, session, type User } from '../requests/users.ts';
import { VISITORS, type Visitor } from './access-table.ts';

/** The namespace of visitors from elsewhere. */
const ELSEWHERE = 'elsewhere';

/** An account of each kind of visitor, and its id. Nobody has none. */
export type Visitors = Record<Exclude<Visitor, 'nobody'>, User & { account: string }>;

/** A shared store with its members, and an invitation for editors that is still open. */
export interface VisitedStore {
  store: string;
  token: string;
  invitation: string;
}

/** By default on the shared server. */
export async function newVisitors(options: { url?: string } = {}): Promise<Visitors> {
  const users: Record<string, User & { account: string }> = {};
  for (const visitor of VISITORS) {
    if (visitor === 'nobody') continue;
    if (visitor === 'intruder') {
      users.intruder = { ...users.foreign!, namespace: NAMESPACE };
      continue;
    }
    const namespace = visitor === 'foreign' ? ELSEWHERE : NAMESPACE;
    const user = await newUser({ ...options, namespace });
    users[visitor] = { ...user, account: (await session(user)).user.durable_object_name };
  }
  return users as unknown as Visitors;
}

/** What the examples of the API document read and change. */
const CONTENT = { tables: { tasks: { task1: { title: 'Secret' } } }, values: { name: 'Secret' } };

/** Creates a filled store in which each visitor is what its name says. */
export async function newVisitedStore(visitors: Visitors): Promise<VisitedStore> {
  const { owner, editor, viewer, removed } = visitors;
  const { store } = await succeed(owner, 'POST', 'stores', { name: 'Holiday' });
  const invitations = `stores/${store}/invitations`;
  const viewers = await succeed(owner, 'POST', invitations, { role: 'viewer' });
  await succeed(viewer, 'POST', 'accept-invitation', { token: viewers.token });
  const editors = await succeed(owner, 'POST', invitations, { role: 'editor', uses: 100 });
  const { token, id: invitation } = editors as { token: string; id: string };
  for (const joining of [editor, removed]) {
    await succeed(joining, 'POST', 'accept-invitation', { token });
  }
  await succeed(owner, 'DELETE', `stores/${store}/members/${removed.account}`);
  await succeed(owner, 'PUT', `stores/${store}/store`, CONTENT);
  return { store: store as string, token, invitation };
}

/** The body of the answer to a request that has to succeed. */
export async function succeed(user: User, method: string, route: string, body?: unknown) {
  const answer = await ask(user, method, route, body);
  if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer)}`);
  return answer.body;
}
