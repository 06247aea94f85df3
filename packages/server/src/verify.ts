import { accountHash } from '../../../src/protocol/backup/lines.ts';
import { Api } from './api.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { readBackup } from './file/backup-reader.ts';
import type { Flags } from './flags.ts';
import { count, Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Differences that are printed. */
const MAX_PRINTED = 20;

/** Hashes by kind and id, `store 0a6e…`. */
type Hashes = Map<string, string>;

/** Compares a service with a backup, or with another service. Prints how much differs. */
export async function verify(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const [url = '', otherUrl = ''] = flags.urls;
  const { pauses } = terminal;
  const backup = flags.file === undefined ? undefined : await hashesInFile(flags.file, flags);
  const namespace = backup?.namespace ?? flags.namespace!;
  const own = await hashesOf(new Api(url, namespace, flags.key, pauses), terminal);
  const others =
    backup?.hashes ??
    (await hashesOf(new Api(otherUrl, namespace, flags.otherKey, pauses), terminal));
  const names = { own: url, others: flags.file ?? otherUrl };
  const accounts = compare('account', own, others, names, terminal);
  const stores = compare('store', own, others, names, terminal);
  terminal.print(`${describe(accounts, 'accounts')}, ${describe(stores, 'stores')}`);
  return accounts.differing + stores.differing === 0 ? EXIT.ok : EXIT.differs;
}

interface Comparison {
  all: number;
  differing: number;
}

const describe = ({ all, differing }: Comparison, things: string): string =>
  `${count(differing)} of ${count(all)} ${things} differ`;

function compare(
  kind: string,
  own: Hashes,
  others: Hashes,
  names: { own: string; others: string },
  { printError }: Terminal,
): Comparison {
  const isMeant = (key: string) => key.startsWith(`${kind} `);
  const keys = [...new Set([...own.keys(), ...others.keys()])].filter(isMeant).sort();
  const differing = keys.filter(
    (key) => own.get(key) !== others.get(key) || own.get(key) === UNREADABLE,
  );
  for (const key of differing.slice(0, MAX_PRINTED)) {
    const missing = !own.has(key) ? names.own : others.has(key) ? undefined : names.others;
    printError(`${key}: ${missing === undefined ? 'differs' : `is not in ${missing}`}`);
  }
  const more = differing.length - MAX_PRINTED;
  if (more > 0) printError(`and ${count(more)} more`);
  return { all: keys.length, differing: differing.length };
}

/** The hash of a store that nobody could read. */
const UNREADABLE = 'unreadable';

async function hashesOf(api: Api, { output }: Terminal): Promise<Hashes> {
  const hashes: Hashes = new Map();
  const total = await api.accounts();
  const progress = new Progress(output, `Reading ${api.url}`, 'accounts', total);
  let accounts = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await api.hashes(cursor ?? null);
    for (const { kind, id, hash } of page.hashes) {
      hashes.set(`${kind} ${id}`, hash);
      if (kind === 'account') accounts += 1;
    }
    cursor = page.cursor;
    progress.show(accounts);
  }
  progress.end(`Read ${api.url}`);
  return hashes;
}

async function hashesInFile(
  file: string,
  flags: Flags,
): Promise<{ namespace: string; hashes: Hashes }> {
  const hashes: Hashes = new Map();
  let namespace = '';
  for await (const { record } of readBackup(file, flags)) {
    if (record.kind === 'header') namespace = record.namespace;
    else if (record.kind === 'account') {
      hashes.set(`account ${record.id}`, await accountHash(record));
    } else if (record.kind === 'part' && record.content !== undefined) {
      hashes.set(`store ${record.store}`, record.content);
    } else if (record.kind === 'skipped') hashes.set(`store ${record.store}`, UNREADABLE);
  }
  if (flags.namespace !== undefined && flags.namespace !== namespace) {
    throw new Failure('usage', `${file} is a backup of the namespace ${namespace}`);
  }
  return { namespace, hashes };
}
