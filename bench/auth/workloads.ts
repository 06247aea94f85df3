import type { AuthServer, ServerName } from './servers.ts';

/** The accounts and sessions created on a server so far. */
export interface Accounts {
  emails: string[];
  sessions: string[];
}

/** Compares our rate with a baseline. Without `minRatio` the ratio is only reported. */
interface Target {
  baseline: ServerName;
  metric: 'perSecond' | 'perCpuSecond';
  minRatio?: number;
}

export interface Workload {
  title: string;
  concurrency: number;
  targets: Target[];
  /** Sends one request; `iteration` counts up from 0. */
  run(server: AuthServer, accounts: Accounts, iteration: number): Promise<void>;
}

/** Session look-ups cycle through this many sessions. */
const MAX_SESSIONS = 64;

const signUp: Workload['run'] = async (server, { emails }) => {
  const email = `${crypto.randomUUID()}@example.com`;
  await server.signUp(email);
  emails.push(email);
};

const signIn: Workload['run'] = async (server, { emails, sessions }, iteration) => {
  const session = await server.signIn(emails[iteration % emails.length]!);
  if (sessions.length < MAX_SESSIONS) sessions.push(session);
};

const lookUp: Workload['run'] = (server, { sessions }, iteration) =>
  server.lookUp(sessions[iteration % sessions.length]!);

/** better-auth hashes on all cores, workerd on one, so the targets compare rates per CPU second. */
const PASSWORDS: Target[] = [
  { baseline: 'better-auth', metric: 'perCpuSecond', minRatio: 1.3 },
  { baseline: 'better-auth-our-hashing', metric: 'perCpuSecond', minRatio: 0.8 },
  { baseline: 'better-auth', metric: 'perSecond' },
];

const LOOK_UPS: Target[] = [{ baseline: 'better-auth', metric: 'perSecond', minRatio: 3 }];

export const WORKLOADS: Workload[] = [
  { title: 'sign-ups, 1 client', concurrency: 1, targets: PASSWORDS, run: signUp },
  { title: 'sign-ups, 16 clients', concurrency: 16, targets: PASSWORDS, run: signUp },
  { title: 'sign-ins, 1 client', concurrency: 1, targets: PASSWORDS, run: signIn },
  { title: 'sign-ins, 16 clients', concurrency: 16, targets: PASSWORDS, run: signIn },
  { title: 'session look-ups, 1 client', concurrency: 1, targets: LOOK_UPS, run: lookUp },
  { title: 'session look-ups, 16 clients', concurrency: 16, targets: LOOK_UPS, run: lookUp },
];
