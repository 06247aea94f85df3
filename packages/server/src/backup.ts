import { stat } from 'node:fs/promises';
import { isIntact, seal } from '../../../src/protocol/backup/lines.ts';
import type { BackupRecord, EndRecord } from '../../../src/protocol/backup/records.ts';
import { BackupSequence } from '../../../src/protocol/backup/sequence.ts';
import { isEncrypting } from './age.ts';
import { Api } from './api.ts';
import { openWriter, partOf } from './backup-writer.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './main.ts';
import { Place } from './place.ts';
import { count, Progress } from './progress.ts';

/** What is in the unfinished file. */
interface State {
  /** Where the next step begins. */
  cursor: string | null;
  bytes: number;
  accounts: number;
  stores: number;
  skipped: number;
}

const BEGIN: State = { cursor: null, bytes: 0, accounts: 0, stores: 0, skipped: 0 };

/** Writes a backup of a namespace. It continues an interrupted one, unless it is encrypted. */
export async function backUp(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.file!;
  const [url = ''] = flags.urls;
  const api = new Api(url, flags.namespace!, flags.key, terminal.pauses);
  const place = new Place<State>(`${file}.place`, ['backup', url, api.namespace]);
  let state = (await resume(place, flags)) ?? BEGIN;
  const writer = await openWriter(file, state.bytes, flags);
  const progress = new Progress(
    terminal.output,
    `Backing ${api.namespace} up`,
    'accounts',
    await api.accounts(),
    state.accounts,
  );
  for (let isFirst = state.cursor === null; isFirst || state.cursor !== null; isFirst = false) {
    const step = await readStep(api, state.cursor);
    const lines = step.lines.slice(isFirst ? 0 : 1, -1);
    state = {
      cursor: step.end.cursor,
      bytes: 0,
      accounts: state.accounts + step.end.accounts,
      stores: state.stores + step.end.stores,
      skipped: state.skipped + step.skipped,
    };
    if (state.cursor === null) {
      const { accounts, stores } = state;
      lines.push(await seal({ kind: 'end', cursor: null, accounts, stores }));
    }
    await writer.write(lines);
    if (!isEncrypting(flags) && state.cursor !== null) {
      await place.write({ ...state, bytes: writer.bytes });
    }
    progress.show(state.accounts);
  }
  await writer.finish();
  await place.forget();
  progress.end('Complete');
  const { accounts, stores, skipped } = state;
  terminal.print(`${file}: ${count(accounts)} accounts and ${count(stores)} stores`);
  if (skipped === 0) return EXIT.ok;
  terminal.printError(`${count(skipped)} stores could not be read and are missing`);
  return EXIT.differs;
}

/** Where an interrupted backup was; undefined if there is none to continue. */
async function resume(place: Place<State>, flags: Flags): Promise<State | undefined> {
  if (flags.restart || isEncrypting(flags)) return undefined;
  const state = await place.read();
  const size = await stat(partOf(flags.file!)).then(
    (found) => found.size,
    () => 0,
  );
  return state && size >= state.bytes ? state : undefined;
}

interface Step {
  lines: string[];
  end: EndRecord;
  skipped: number;
}

/** Reads a step and checks that it is whole. */
async function readStep(api: Api, cursor: string | null): Promise<Step> {
  const lines = await api.backUp(cursor);
  const sequence = new BackupSequence(false);
  let record: BackupRecord | undefined;
  let skipped = 0;
  for (const line of lines) {
    if (!(await isIntact(line))) throw new Failure('server', `${api.url} sent a damaged line`);
    record = JSON.parse(line) as BackupRecord;
    if (record.kind === 'skipped') skipped += 1;
    const fault = sequence.take(record);
    if (fault) throw new Failure('server', `${api.url} sent a wrong line: ${fault.problem}`);
  }
  return { lines, end: record as EndRecord, skipped };
}
