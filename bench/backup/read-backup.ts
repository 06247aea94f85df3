import { OPERATOR_KEY } from '../../src/edge/openapi/examples.ts';
import { bearer } from '../sync/servers/account.ts';

/** More than a step with the largest store takes. */
const DEADLINE_MS = 60_000;

export interface BackupFigures {
  accounts: number;
  /** Bytes of all lines. */
  bytes: number;
  milliseconds: number;
}

/** Reads a backup of the namespace over the route, step by step as the command does. */
export async function readBackup(url: string): Promise<BackupFigures> {
  const start = performance.now();
  let bytes = 0;
  let accounts = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const step = await readStep(`${url}/admin/bench/backup?cursor=${encodeURIComponent(cursor)}`);
    bytes += step.bytes;
    accounts += step.accounts;
    cursor = step.cursor;
  }
  return { accounts, bytes, milliseconds: performance.now() - start };
}

async function readStep(url: string) {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const response = await fetch(url, { headers: bearer(OPERATOR_KEY), signal });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  const last = text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
  const end = JSON.parse(last) as { kind: string; cursor: string | null; accounts: number };
  if (end.kind !== 'end') throw new Error('a step of the backup is incomplete');
  return { ...end, bytes: Buffer.byteLength(text) };
}
