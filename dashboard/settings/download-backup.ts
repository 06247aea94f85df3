import { type AdminApi, parsed, pathOf, query } from '../api/admin-api.ts';

/** What a backup has so far. */
export interface BackupProgress {
  accounts: number;
  stores: number;
  bytes: number;
}

/** One step of a backup, as lines of JSON: a header, the records, and an end. */
export interface Step {
  header: string;
  /** The records, each with its line break. */
  records: string;
  cursor: string | null;
  accounts: number;
  stores: number;
}

/** Reads a step. Throws if its end is missing, because then the rest of it is missing too. */
export function readStep(text: string): Step {
  const lines = text.trimEnd().split('\n');
  const end = parsed(lines.at(-1) ?? '') as Record<string, unknown> | undefined;
  if (end?.kind !== 'end' || lines.length < 2) throw new Error('the backup broke off, try again');
  return {
    header: lines[0]!,
    records: lines
      .slice(1, -1)
      .map((line) => `${line}\n`)
      .join(''),
    cursor: typeof end.cursor === 'string' ? end.cursor : null,
    accounts: Number(end.accounts ?? 0),
    stores: Number(end.stores ?? 0),
  };
}

/** Fetches a backup step by step, and saves it as one file: one header, all records, one end. */
export async function downloadBackup(
  api: AdminApi,
  namespace: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const parts: Blob[] = [];
  let progress: BackupProgress = { accounts: 0, stores: 0, bytes: 0 };
  let cursor: string | null = null;
  do {
    const path: string = `${pathOf(namespace, 'backup')}${query({ cursor })}`;
    const { text } = await api.text(path, { signal });
    const step: Step = readStep(text);
    const before = parts.length === 0 ? `${step.header}\n` : '';
    // Unlike text, blobs may be kept outside of memory.
    const part = new Blob([before, step.records]);
    parts.push(part);
    progress = {
      accounts: progress.accounts + step.accounts,
      stores: progress.stores + step.stores,
      bytes: progress.bytes + part.size,
    };
    onProgress(progress);
    cursor = step.cursor;
  } while (cursor !== null);
  const { accounts, stores } = progress;
  parts.push(new Blob([`${JSON.stringify({ kind: 'end', cursor: null, accounts, stores })}\n`]));
  const day = new Date().toISOString().slice(0, 10);
  save(new Blob(parts, { type: 'application/x-ndjson' }), `${namespace}-${day}.ndjson`);
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
