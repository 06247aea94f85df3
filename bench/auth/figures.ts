import type { Subject, SubjectName } from './subjects.ts';

/** Who there is on a server by now. */
export interface Population {
  emails: string[];
  sessions: string[];
}

/** What a rate of ours is compared with, and what the ratio has to be at least, if anything. */
interface Target {
  over: SubjectName;
  by: 'perSecond' | 'perCpuSecond';
  factor?: number;
}

export interface Figure {
  title: string;
  concurrency: number;
  targets: Target[];
  run(subject: Subject, population: Population, turn: number): Promise<void>;
}

/** Sessions that look-ups take turns on. */
const SESSIONS = 64;

const signUp: Figure['run'] = async (subject, { emails }) => {
  const email = `${crypto.randomUUID()}@example.com`;
  await subject.signUp(email);
  emails.push(email);
};

const signIn: Figure['run'] = async (subject, { emails, sessions }, turn) => {
  const session = await subject.signIn(emails[turn % emails.length]!);
  if (sessions.length < SESSIONS) sessions.push(session);
};

const lookUp: Figure['run'] = (subject, { sessions }, turn) =>
  subject.lookUp(sessions[turn % sessions.length]!);

/** better-auth hashes on all cores, one engine process on one: so what counts is time of them. */
const PASSWORDS: Target[] = [
  { over: 'better-auth', by: 'perCpuSecond', factor: 1.3 },
  { over: 'better-auth-at-our-cost', by: 'perCpuSecond', factor: 0.8 },
  { over: 'better-auth', by: 'perSecond' },
];

const LOOK_UPS: Target[] = [{ over: 'better-auth', by: 'perSecond', factor: 3 }];

export const FIGURES: Figure[] = [
  { title: 'sign-ups, 1 client', concurrency: 1, targets: PASSWORDS, run: signUp },
  { title: 'sign-ups, 16 clients', concurrency: 16, targets: PASSWORDS, run: signUp },
  { title: 'sign-ins, 1 client', concurrency: 1, targets: PASSWORDS, run: signIn },
  { title: 'sign-ins, 16 clients', concurrency: 16, targets: PASSWORDS, run: signIn },
  { title: 'session look-ups, 1 client', concurrency: 1, targets: LOOK_UPS, run: lookUp },
  { title: 'session look-ups, 16 clients', concurrency: 16, targets: LOOK_UPS, run: lookUp },
];
