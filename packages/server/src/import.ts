import { stat } from 'node:fs/promises';
import type { BackupRecord, EndRecord } from '../../../src/protocol/backup/records.ts';
import { Api, Refused } from './api.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { type Line, readBackup } from './file/backup-reader.ts';
import { Place } from './file/place.ts';
import type { Flags } from './flags.ts';
import { count, Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** A request has so many accounts and stores, or so much text, or one line. */
const MAX_UNITS = 22;
const MAX_TEXT = 1_000_000;

/** What was imported so far. */
interface State {
  /** The last line that the server has confirmed. */
  line: number;
  accounts: number;
  stores: number;
  conflicts: number;
}

const BEGIN: State = { line: 0, accounts: 0, stores: 0, conflicts: 0 };

/** Imports a backup, after it has checked all of it. It continues an interrupted import. */
export async function importBackup(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.file!;
  const { namespace, lines } = await check(file, flags);
  const [url = ''] = flags.urls;
  const api = new Api(url, namespace, flags.key, terminal.pauses);
  const { size, mtimeMs } = await stat(file);
  const place = new Place<State>(`${file}.import`, [url, namespace, size, mtimeMs]);
  if (flags.restart) await place.forget();
  let state = (await place.read()) ?? BEGIN;
  const title = `Importing ${namespace}`;
  const progress = new Progress(terminal.output, title, 'lines', lines, state.line);
  for await (const batch of batchesOf(readBackup(file, flags), state.line)) {
    const summary = await send(api, batch);
    for (const { line, id, reason } of summary.conflicts) {
      // The first line of a request is the header.
      terminal.printError(`line ${batch.lines[line - 2]?.number}: ${id}: ${reason}`);
    }
    state = {
      line: batch.lines.at(-1)!.number,
      accounts: state.accounts + summary.accounts,
      stores: state.stores + summary.stores,
      conflicts: state.conflicts + summary.conflicts.length,
    };
    await place.write(state);
    progress.show(state.line);
  }
  await place.forget();
  progress.end('Complete');
  const { accounts, stores, conflicts } = state;
  terminal.print(`${url}: ${count(accounts)} accounts and ${count(stores)} stores are here`);
  if (conflicts === 0) return EXIT.ok;
  terminal.printError(`${count(conflicts)} conflicts`);
  return EXIT.differs;
}

/** Reads the whole file, so that nothing is imported if it is damaged. */
async function check(file: string, flags: Flags): Promise<{ namespace: string; lines: number }> {
  let lines = 0;
  let namespace = '';
  for await (const { number, record } of readBackup(file, flags)) {
    lines = number;
    if (record.kind === 'header') namespace = record.namespace;
  }
  if (flags.namespace !== undefined && flags.namespace !== namespace) {
    throw new Failure('usage', `${file} is a backup of the namespace ${namespace}`);
  }
  return { namespace, lines };
}

/** The lines of one request. */
interface Batch {
  header: string;
  lines: Line[];
}

/** Divides the lines after `done` into requests. A store is divided only if it is long. */
async function* batchesOf(lines: AsyncIterable<Line>, done: number): AsyncGenerator<Batch> {
  let header = '';
  let batch: Line[] = [];
  let units = 0;
  let length = 0;
  for await (const line of lines) {
    const { kind } = line.record;
    if (kind === 'header') header = line.text;
    if (kind === 'header' || kind === 'end' || kind === 'skipped' || line.number <= done) continue;
    const begins = kind === 'account' || kind === 'members';
    const isFull = length + line.text.length > MAX_TEXT || (begins && units + 2 > MAX_UNITS);
    if (isFull && batch.length > 0) {
      yield { header, lines: batch };
      batch = [];
      units = 0;
      length = 0;
    }
    units += unitsOf(line.record, batch.length === 0);
    batch.push(line);
    length += line.text.length;
  }
  if (batch.length > 0) yield { header, lines: batch };
}

/** What a line adds to a request. The moments of a store count once. */
function unitsOf(record: BackupRecord, isFirst: boolean): number {
  if (record.kind === 'moment') return record.moment === 1 || isFirst ? 1 : 0;
  return record.kind === 'account' ? 2 : 1;
}

async function send(api: Api, { header, lines }: Batch) {
  const accounts = lines.filter(({ record }) => record.kind === 'account').length;
  const stores = lines.filter(({ record }) => record.kind === 'part' && record.is_last).length;
  const end: EndRecord = { kind: 'end', cursor: null, accounts, stores };
  const texts = [header, ...lines.map(({ text }) => text), JSON.stringify(end)];
  try {
    return await api.import(texts.map((text) => `${text}\n`).join(''));
  } catch (error) {
    if (!(error instanceof Refused) || error.line === undefined) throw error;
    const line = lines[error.line - 2]?.number ?? 1;
    throw new Failure('server', `line ${line} of the file: ${error.message}`);
  }
}
