import type { Subject, SubjectName } from './subjects.ts';

/** Who there is on a server by now. */
export interface Population {
  emails: string[];
  sessions: string[];
}

export interface Figure {
  title: string;
  concurrency: number;
  /** What our rate is compared with, and what the ratio has to be at least, if anything. */
  target: { over: SubjectName; factor?: number };
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

const sameCost = { over: 'better-auth-at-our-cost', factor: 0.95 } as const;

export const FIGURES: Figure[] = [
  { title: 'sign-ups, 1 client', concurrency: 1, target: sameCost, run: signUp },
  {
    title: 'sign-ups, 16 clients',
    concurrency: 16,
    target: { over: 'better-auth', factor: 1.8 },
    run: signUp,
  },
  { title: 'sign-ins, 1 client', concurrency: 1, target: sameCost, run: signIn },
  {
    title: 'sign-ins, 16 clients',
    concurrency: 16,
    target: { over: 'better-auth-at-our-cost' },
    run: signIn,
  },
  {
    title: 'session look-ups, 1 client',
    concurrency: 1,
    target: { over: 'better-auth', factor: 3 },
    run: lookUp,
  },
  {
    title: 'session look-ups, 16 clients',
    concurrency: 16,
    target: { over: 'better-auth', factor: 3 },
    run: lookUp,
  },
];
