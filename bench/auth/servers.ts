import { fork } from 'node:child_process';
import { once } from 'node:events';
import { deployTo } from '../../dev/deployments.ts';
import { cpuSeconds } from '../../dev/process-tree.ts';
import { type HttpResponse, send } from './load-generator.ts';

/** A server under test, behind one interface for the different HTTP APIs. */
export interface AuthServer {
  signUp(email: string): Promise<void>;
  /** Returns the credential that `lookUp` sends. */
  signIn(email: string): Promise<string>;
  lookUp(session: string): Promise<void>;
  /** Signs in with a wrong password, and returns the response time in milliseconds. */
  timeRefusedSignIn(email: string): Promise<number>;
  /** CPU time that the server has used so far, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export const PASSWORD = 'a long enough passphrase';
const JSON_BODY = { 'content-type': 'application/json' };
const UNLIMITED = { AUTH_REQUESTS_PER_MINUTE: 0, SIGN_IN_FAILURES: 0 };

export const SERVERS = {
  ours: () => startOurs(),
  'better-auth-our-hashing': () => startBetterAuth('ours'),
  'better-auth': () => startBetterAuth('own'),
} satisfies Record<string, () => Promise<AuthServer>>;

export type ServerName = keyof typeof SERVERS;

/** Runs the deployed bundle, because the tools of `partykit dev` cost more than a look-up. */
async function startOurs(): Promise<AuthServer> {
  const { url, stop } = await deployTo.partykit(UNLIMITED);
  const signIn = (email: string, password: string) =>
    send('POST', `${url}/bench/sign-in`, JSON_BODY, { email, password });
  return {
    async signUp(email) {
      expectOk(
        await send('POST', `${url}/bench/sign-up`, JSON_BODY, { email, password: PASSWORD }),
      );
    },
    async signIn(email) {
      const { body } = expectOk(await signIn(email, PASSWORD));
      return (JSON.parse(body) as { session_uuid: string }).session_uuid;
    },
    async lookUp(session) {
      const headers = { authorization: `Bearer ${session}` };
      expectOk(await send('GET', `${url}/bench/session`, headers));
    },
    timeRefusedSignIn: (email) => timeRefusal(() => signIn(email, 'not the password')),
    // Only our server runs workerd, and it is a descendant of this process.
    cpuSeconds: () => cpuSeconds(process.pid),
    stop,
  };
}

async function startBetterAuth(hashing: 'own' | 'ours'): Promise<AuthServer> {
  const program = new URL('better-auth-server.ts', import.meta.url).pathname;
  const child = fork(program, [hashing], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [url] = (await once(child, 'message')) as [string];
  const headers = { ...JSON_BODY, origin: url };
  const api = `${url}/api/auth`;
  const signIn = (email: string, password: string) =>
    send('POST', `${api}/sign-in/email`, headers, { email, password });
  return {
    async signUp(email) {
      const account = { email, password: PASSWORD, name: 'bench' };
      expectOk(await send('POST', `${api}/sign-up/email`, headers, account));
    },
    async signIn(email) {
      const answer = expectOk(await signIn(email, PASSWORD));
      return [answer.headers['set-cookie']]
        .flat()
        .map((cookie) => cookie?.split(';')[0])
        .join('; ');
    },
    async lookUp(session) {
      const { body } = expectOk(await send('GET', `${api}/get-session`, { cookie: session }));
      if (!body.includes('"user"')) throw new Error(`no session: ${body}`);
    },
    timeRefusedSignIn: (email) => timeRefusal(() => signIn(email, 'not the password')),
    cpuSeconds: () => cpuSeconds(child.pid!),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function timeRefusal(attempt: () => Promise<HttpResponse>): Promise<number> {
  const start = performance.now();
  const { status } = await attempt();
  if (status !== 401) throw new Error(`expected a refusal, got ${status}`);
  return performance.now() - start;
}

function expectOk(answer: HttpResponse): HttpResponse {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
  return answer;
}
