import { stat } from 'node:fs/promises';
import { isIntact, seal } from '../../../src/protocol/backup/lines.ts';
import type { BackupRecord, EndRecord } from '../../../src/protocol/backup/records.ts';
import { BackupSequence } from '../../../src/protocol/backup/sequence.ts';
import { Api } from './api.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { isEncrypting } from './file/age.ts';
import { openWriter, partOf } from './file/backup-writer.ts';
import { Place } from './file/place.ts';
import type { Flags } from './flags.ts';
import { count, Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

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
  const place = new Place<State>(`${file}.place`, [
    'backup',
    url,
    api.namespace,
    ...(flags.history ? ['history'] : []),
  ]);
  const begun = (await resume(place, flags)) ?? BEGIN;
  const writer = await openWriter(file, begun.bytes, flags);
  try {
    const title = `Backing ${api.namespace} up`;
    const total = await api.accounts();
    const progress = new Progress(terminal.output, title, 'accounts', total, begun.accounts);
    const { accounts, stores, skipped } = await writeSteps(
      api,
      flags,
      begun,
      async (lines, state) => {
        await writer.write(lines);
        // An encrypted file cannot be continued.
        if (state.cursor !== null && !isEncrypting(flags)) {
          await place.write({ ...state, bytes: writer.bytes });
        }
        progress.show(state.accounts);
      },
    );
    await writer.finish();
    await place.forget();
    progress.end('Complete');
    terminal.print(`${file}: ${count(accounts)} accounts and ${count(stores)} stores`);
    if (skipped === 0) return EXIT.ok;
    terminal.printError(`${count(skipped)} stores could not be read and are missing`);
    return EXIT.differs;
  } finally {
    await writer.close();
  }
}

/** Passes on the lines of all steps after the place where `begun` is, and returns the last state. */
async function writeSteps(
  api: Api,
  { history }: Flags,
  begun: State,
  write: (lines: string[], state: State) => Promise<void>,
): Promise<State> {
  let state = begun;
  let isFirst = begun.cursor === null;
  do {
    const { lines, end, skipped } = await readStep(api, state.cursor, history);
    state = {
      ...state,
      cursor: end.cursor,
      accounts: state.accounts + end.accounts,
      stores: state.stores + end.stores,
      skipped: state.skipped + skipped,
    };
    const own = lines.slice(isFirst ? 0 : 1, -1);
    isFirst = false;
    const { cursor, accounts, stores } = state;
    if (cursor === null) own.push(await seal({ kind: 'end', cursor, accounts, stores }));
    await write(own, state);
  } while (state.cursor !== null);
  return state;
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
async function readStep(api: Api, cursor: string | null, history: boolean): Promise<Step> {
  const lines = await api.backUp(cursor, history);
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
