import { parseArgs } from 'node:util';
import { isNamespace } from '../../../src/protocol/http-api/namespaces.ts';
import { Failure } from './failure.ts';

export const HELP = `Usage:
  tinyhost backup --url URL --namespace NAME --file FILE
  tinyhost import --url URL --file FILE
  tinyhost verify --url URL --file FILE
  tinyhost verify --url URL --url OTHER --namespace NAME

Backs up the accounts and stores of a namespace, imports a backup into a running
service, and compares. Run the same command again after an interruption: it
continues where it was.

  --url URL            the service, with its base path
  --namespace NAME     the app; import and verify find it in the file
  --file FILE          the backup
  --history            backs up the history of each store, too
  --recipient AGE1...  encrypts the backup for the owner of this age key
  --identity FILE      the age key that decrypts the backup
  --passphrase         encrypts or decrypts with TINYHOST_PASSPHRASE
  --restart            forgets where an interrupted command was
  --key KEY            the operator's key. Prefer TINYHOST_KEY: other users of
                       this machine can read the arguments of a command
  --other-key KEY      for the second URL; TINYHOST_OTHER_KEY, or the same key
  -h, --help           shows this text
  -v, --version        shows the version

Exit codes: 0 done; 1 something differs or could not be taken over; 2 wrong
arguments; 3 the server cannot be reached or refuses; 4 a file cannot be used.`;

const OPTIONS = {
  url: { type: 'string', multiple: true },
  namespace: { type: 'string' },
  file: { type: 'string' },
  history: { type: 'boolean', default: false },
  recipient: { type: 'string', multiple: true },
  identity: { type: 'string' },
  passphrase: { type: 'boolean', default: false },
  restart: { type: 'boolean', default: false },
  key: { type: 'string' },
  'other-key': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

const COMMANDS = ['backup', 'import', 'verify'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Flags {
  command: Command;
  urls: string[];
  namespace: string | undefined;
  file: string | undefined;
  /** Whether to back up the history of stores. */
  history: boolean;
  recipients: string[];
  identity: string | undefined;
  passphrase: string | undefined;
  restart: boolean;
  key: string;
  otherKey: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Reads the arguments and the environment. Throws a {@link Failure}. */
export function parseFlags(args: string[], env: Env): Flags | 'help' | 'version' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const command = COMMANDS.find((name) => name === positionals[0]);
  if (!command || positionals.length !== 1) throw wrong(`say ${COMMANDS.join(', ')}`);
  const { namespace, file, identity, restart, history, recipient = [] } = values;
  const urls = (values.url ?? []).map(checkUrl);
  const key = values.key ?? env.TINYHOST_KEY;
  if (!key) throw wrong("TINYHOST_KEY has to be the operator's key, or one with a scope backup:…");
  if (namespace !== undefined && !isNamespace(namespace)) {
    throw wrong(`"${namespace}" is not a namespace`);
  }
  const passphrase = values.passphrase ? env.TINYHOST_PASSPHRASE : undefined;
  if (values.passphrase && !passphrase) throw wrong('TINYHOST_PASSPHRASE has to be set');
  const otherKey = values['other-key'] ?? env.TINYHOST_OTHER_KEY ?? key;
  const flags = { command, urls, namespace, file, identity, passphrase, restart, history };
  return checkCombination({ ...flags, key, otherKey, recipients: recipient });
}

function checkCombination(flags: Flags): Flags {
  const { command, urls, file, namespace, recipients, passphrase } = flags;
  const comparesServices = command === 'verify' && file === undefined;
  const needed = comparesServices ? 2 : 1;
  if (urls.length !== needed) throw wrong(`${command} needs ${needed === 1 ? 'one' : 'two'} --url`);
  if (file === undefined && !comparesServices) throw wrong(`${command} needs --file`);
  if (namespace === undefined && (command === 'backup' || comparesServices)) {
    throw wrong(`${command} needs --namespace`);
  }
  if (flags.history && command !== 'backup') throw wrong('only a backup takes --history');
  if (recipients.length > 0 && command !== 'backup') throw wrong('only a backup has a --recipient');
  if (recipients.length > 0 && passphrase !== undefined) {
    throw wrong('a backup has either a --recipient or a --passphrase');
  }
  return flags;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The sentences that follow are about positional arguments that begin with a dash.
    const [problem = ''] = error.message.split(/\.\s/);
    throw wrong(problem);
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The URL without a trailing slash. */
function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw wrong(`"${text}" is not a URL`);
  if (url.username || url.password || url.search || url.hash) {
    throw wrong(`"${url.origin}" may be followed by a path and nothing else`);
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw wrong(`use https: over http, the key of ${url.host} could be read on its way`);
  }
  return url.href.replace(/\/+$/, '');
}

const wrong = (message: string): Failure => new Failure('usage', message);
