import { fork } from 'node:child_process';
import { once } from 'node:events';
import { deployTo } from '../../dev/deployments.ts';
import { cpuSeconds } from '../../dev/process-tree.ts';
import { type Answer, send } from './load.ts';

/** A server under test: what an account takes, in its own API. */
export interface Subject {
  signUp(email: string): Promise<void>;
  /** Gives what `lookUp` needs. */
  signIn(email: string): Promise<string>;
  lookUp(session: string): Promise<void>;
  /** Milliseconds that a sign-in takes which is refused. */
  timeRefusal(email: string): Promise<number>;
  /** Seconds of processor time that the server has had so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export const PASSWORD = 'a long enough passphrase';
const JSON_BODY = { 'content-type': 'application/json' };
const UNLIMITED = { AUTH_REQUESTS_PER_MINUTE: 0, SIGN_IN_FAILURES: 0 };

export const SUBJECTS = {
  ours: () => startOurs(),
  'better-auth-at-our-cost': () => startBetterAuth('ours'),
  'better-auth': () => startBetterAuth('own'),
} satisfies Record<string, () => Promise<Subject>>;

export type SubjectName = keyof typeof SUBJECTS;

/** What `partykit deploy` uploads: the dev server's tools would cost more than a look-up does. */
async function startOurs(): Promise<Subject> {
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
    timeRefusal: (email) => timeRefusal(() => signIn(email, 'not the password')),
    // Below this process, only ours is served by workerd.
    cpuSeconds: () => cpuSeconds(process.pid),
    stop,
  };
}

async function startBetterAuth(cost: 'own' | 'ours'): Promise<Subject> {
  const program = new URL('servers/better-auth.ts', import.meta.url).pathname;
  const child = fork(program, [cost], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
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
    timeRefusal: (email) => timeRefusal(() => signIn(email, 'not the password')),
    cpuSeconds: () => cpuSeconds(child.pid!),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function timeRefusal(attempt: () => Promise<Answer>): Promise<number> {
  const start = performance.now();
  const { status } = await attempt();
  if (status !== 401) throw new Error(`expected a refusal, got ${status}`);
  return performance.now() - start;
}

function expectOk(answer: Answer): Answer {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
  return answer;
}
