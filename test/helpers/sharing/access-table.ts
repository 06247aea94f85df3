/** Who asks for a shared store. */
export const VISITORS = [
  'owner',
  'editor',
  'viewer',
  /** Was an editor. */
  'removed',
  /** Has the token of an invitation, and has not accepted it. */
  'invited',
  /** Has an account in the namespace of the store. */
  'stranger',
  /** Has an account in another namespace, and asks there. */
  'foreign',
  /** The same account, which asks in the namespace of the store. */
  'intruder',
  /** Has no session. */
  'nobody',
] as const;

export type Visitor = (typeof VISITORS)[number];

/**
 * The answer of every route of shared stores to every visitor: a status, `open` for a socket that
 * stays open, or a close code. `{viewer}` is the id of the viewer's account, and `{self}` that of
 * the visitor's own. Columns are in the order of VISITORS.
 */
const TABLE = `
GET    /{namespace}/stores                                       200  200  200  200  200  200  200 401 401
POST   /{namespace}/stores                                       200  200  200  200  200  200  200 401 401
POST   /{namespace}/accept-invitation                            200  200  200  400  200  200  400 401 401

GET    /{namespace}/stores/{store}                               200  200  200  404  404  404  404 401 401
PATCH  /{namespace}/stores/{store}                               200  403  403  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}                               200  403  403  404  404  404  404 401 401

GET    /{namespace}/stores/{store}/members                       200  200  200  404  404  404  404 401 401
PATCH  /{namespace}/stores/{store}/members/{viewer}              200  403  403  404  404  404  404 401 401
PATCH  /{namespace}/stores/{store}/members/{self}                200  403  403  404  404  404  404 401 401
PATCH  /{namespace}/stores/{store}/members/{stranger}            404  403  403  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}/members/{viewer}              200  403  200  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}/members/{self}                403  200  200  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}/members/{stranger}            404  403  403  404  404  404  404 401 401

GET    /{namespace}/stores/{store}/invitations                   200  403  403  404  404  404  404 401 401
POST   /{namespace}/stores/{store}/invitations                   200  403  403  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}/invitations/{invitation}      200  403  403  404  404  404  404 401 401

GET    /{namespace}/stores/{store}/store/*                       200  200  200  404  404  404  404 401 401
PUT    /{namespace}/stores/{store}/store/*                       204  204  403  404  404  404  404 401 401
PATCH  /{namespace}/stores/{store}/store/*                       204  204  403  404  404  404  404 401 401
DELETE /{namespace}/stores/{store}/store/*                       204  204  403  404  404  404  404 401 401
HEAD   /{namespace}/stores/{store}/store/*                       200  200  200  404  404  404  404 401 401
POST   /{namespace}/stores/{store}/store/*                       405  405  405  405  405  405  405 405 405
GET    /{namespace}/stores/{store}/store/history                 200  200  200  404  404  404  404 401 401
POST   /{namespace}/stores/{store}/store/restore                 200  200  403  404  404  404  404 401 401
GET    /{namespace}/stores/{store}/snapshot                      200  200  200  404  404  404  404 401 401
GET    /{namespace}/stores/{store}/operator-access               200  200  200  404  404  404  404 401 401
POST   /{namespace}/stores/{store}/manual-sync                   200  200  200  404  404  404  404 401 401
GET    /parties/user/{room}/store                                200  200  200  404  404  404  404 404 401
PUT    /parties/user/{room}/store                                205  205  403  404  404  404  404 404 401

POST   /{namespace}/stores/{store}/ws-ticket                     200  200  200  200  200  200  200 401 401
GET    /{namespace}/stores/{store}/ws                            open open open 4007 4007 4007 4007 401 401
GET    /parties/user/{room}                                      open open open 4007 4007 4007 4007 4007 401
GET    /parties/user/{room}?protocol=partykit                    open open open 4007 4007 4007 4007 4007 401
`;

export interface AccessRow {
  title: string;
  method: string;
  path: string;
  answers: Record<Visitor, string>;
}

export const ACCESS_ROWS: AccessRow[] = TABLE.trim()
  .split(/\n+/)
  .map((line) => {
    const [method, path, ...cells] = line.split(/ +/) as [string, string, ...string[]];
    const answers = Object.fromEntries(VISITORS.map((visitor, index) => [visitor, cells[index]!]));
    return { title: `${method} ${path}`, method, path, answers: answers as AccessRow['answers'] };
  });
