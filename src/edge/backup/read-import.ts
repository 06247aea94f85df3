import { isIntact } from '../../protocol/backup/lines.ts';
import type {
  AccountRecord,
  BackupRecord,
  MembersRecord,
  MomentRecord,
  PartRecord,
} from '../../protocol/backup/records.ts';
import { BackupSequence } from '../../protocol/backup/sequence.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { parseJson } from '../../protocol/frame.ts';
import { parseRecord } from './record-schemas.ts';

/**
 * Accounts, stores and histories of one request. An account takes a call to its auth room and one to
 * its store's, and Workers' free plan allows 50 calls a request.
 */
export const MAX_UNITS = 22;

/** A line of a request, from 1, with its record. */
export interface Numbered<Record> {
  line: number;
  record: Record;
}

/** What a request imports. The parts of a store are those of this request. */
export interface Import {
  accounts: Numbered<AccountRecord>[];
  stores: ImportedStore[];
}

export interface ImportedStore {
  id: string;
  members?: Numbered<MembersRecord>;
  parts: Numbered<PartRecord>[];
  /** The newest first. */
  moments: Numbered<MomentRecord>[];
}

/** Checks all lines of a request, before anything of it is imported. */
export async function readImport(namespace: string, text: string): Promise<Result<Import>> {
  const sequence = new BackupSequence(true);
  const stores = new Map<string, ImportedStore>();
  const accounts: Numbered<AccountRecord>[] = [];
  const histories = new Set<string>();
  let line = 0;
  for (const json of linesOf(text)) {
    line += 1;
    const record = await readLine(json);
    if (typeof record === 'string') return invalid(line, record);
    const fault = sequence.take(record);
    if (fault?.kind === 'newer') return fail('newer_format', fault.problem, { line });
    if (fault) return invalid(line, fault.problem);
    if (sequence.namespace !== namespace) return otherNamespace(sequence.namespace, line);
    if (record.kind === 'account') accounts.push({ line, record });
    else if (record.kind === 'members') storeIn(stores, record.store).members = { line, record };
    else if (record.kind === 'part') storeIn(stores, record.store).parts.push({ line, record });
    else if (record.kind === 'moment') {
      storeIn(stores, record.store).moments.push({ line, record });
      histories.add(record.store);
    }
    if (accounts.length + stores.size + histories.size > MAX_UNITS) {
      return invalid(line, `a request can have ${MAX_UNITS} accounts, stores and histories`);
    }
  }
  const fault = sequence.finish();
  return fault ? invalid(line, fault.problem) : succeed({ accounts, stores: [...stores.values()] });
}

/** Lines end in a line feed, the last one perhaps not. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}

async function readLine(json: string): Promise<BackupRecord | string> {
  const value = parseJson(json);
  if (value === undefined) return 'it is not JSON, nested too deeply, or truncated';
  if (!(await isIntact(json))) return 'it is damaged: it does not match its hash';
  return parseRecord(value);
}

function storeIn(stores: Map<string, ImportedStore>, id: string): ImportedStore {
  const store = stores.get(id) ?? { id, parts: [], moments: [] };
  stores.set(id, store);
  return store;
}

const invalid = (line: number, problem: string) =>
  fail('invalid_backup', `line ${line}: ${problem}`, { line });

const otherNamespace = (namespace = '', line: number) =>
  fail('other_namespace', `this is a backup of the namespace ${namespace.slice(0, 63)}`, { line });
