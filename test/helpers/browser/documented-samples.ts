import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, PACKAGES } from '../../../scripts/packages.ts';
import { post, type User } from '../requests/users.ts';

/** A fenced code block in a document. */
export interface Sample {
  document: string;
  /** The line of its first line of code, from 1. */
  line: number;
  language: string;
  code: string;
}

const FENCED = /^```(\w*)\n(.*?)^```$/gms;

export const DOCUMENTS = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...PACKAGES.map((name) => join(folderOf(name), 'README.md')),
];

export const SAMPLES: Sample[] = DOCUMENTS.flatMap((document) => {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(FENCED)].map(({ index, 1: language = '', 2: code = '' }) => {
    const line = text.slice(0, index).split('\n').length + 1;
    return { document, line, language, code };
  });
});

/** Returns whether a shell sample only builds, tests or deploys. Such samples are not run. */
export const isCommand = ({ language, code }: Sample): boolean =>
  language === 'sh' && code.split('\n').every((line) => /^(npm |npx |cd |export |#|$)/.test(line));

/** Returns whether a sample is for an app in a browser. Other scripts run on Node.js. */
export const isForBrowser = ({ language, code }: Sample): boolean =>
  /^((js|ts)x?|vue|svelte)$/.test(language) && code.includes("from 'tinyhost-client");

/** Returns whether a sample is a module of a server. The tests of the examples run such modules. */
export const isForServer = ({ code }: Sample): boolean => /from '(tinyhost\/|\.\/main)/.test(code);

/** Replaces the documented server and namespace by those of the test. */
export const placeSample = ({ code }: Sample, url: string, namespace: string): string =>
  code
    .replaceAll('127.0.0.1:1999', new URL(url).host)
    .replaceAll(/(?<=\d\/(?:admin\/)?)todo\b|(?<=namespace: ')todo\b/g, namespace);

/** Creates a namespace for the samples of one document. */
export const newNamespace = (): string => `doc-${crypto.randomUUID().slice(0, 13)}`;

/** The account that the documents use. */
const ADA = { email: 'ada@example.com', password: 'correct horse battery' };

/** Signs in as Ada, and signs her up first if no sample has done so. */
export async function signInAda(url: string, namespace: string): Promise<User> {
  await post(`${url}/${namespace}/sign-up`, ADA);
  const response = await post(`${url}/${namespace}/sign-in`, ADA);
  const { session_uuid } = (await response.json()) as { session_uuid: string };
  return { url, namespace, email: ADA.email, session_uuid };
}
