import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isIntact } from '../../../../src/protocol/backup/lines.ts';
import type { BackupRecord } from '../../../../src/protocol/backup/records.ts';
import { BackupSequence } from '../../../../src/protocol/backup/sequence.ts';
import { Failure } from '../failure.ts';
import type { Flags } from '../flags.ts';
import { AGE_HEADER, decrypt } from './age.ts';

/** A line of a backup. */
export interface Line {
  /** Counted from 1. */
  number: number;
  text: string;
  record: BackupRecord;
}

/** Reads the lines of a backup, encrypted or not, and checks each and their order. */
export async function* readBackup(file: string, flags: Flags): AsyncGenerator<Line> {
  const sequence = new BackupSequence(false);
  let number = 0;
  const lines = linesOf(await openBackup(file, flags));
  for (let next = await readNext(lines, file); !next.done; next = await readNext(lines, file)) {
    const text = next.value;
    number += 1;
    const record = parse(text);
    if (!record) throw damaged(file, number, 'it is not JSON, or truncated');
    if (!(await isIntact(text))) throw damaged(file, number, 'it does not match its hash');
    const fault = sequence.take(record);
    if (fault) throw damaged(file, number, fault.problem);
    yield { number, text, record };
  }
  const fault = sequence.finish();
  if (fault) throw damaged(file, number, fault.problem);
}

/** What cannot be decrypted or decoded is a fault of the file. */
async function readNext(lines: AsyncGenerator<string>, file: string) {
  try {
    return await lines.next();
  } catch (error) {
    throw new Failure('file', `${file} cannot be read: ${(error as Error).message}`);
  }
}

const damaged = (file: string, line: number, problem: string): Failure =>
  new Failure('file', `${file}, line ${line}: ${problem}`);

async function openBackup(file: string, flags: Flags): Promise<AsyncIterable<Uint8Array>> {
  const isEncrypted = (await beginningOf(file)) === AGE_HEADER;
  const stream = createReadStream(file);
  if (!isEncrypted) return stream;
  const encrypted = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  return Readable.fromWeb((await decrypt(encrypted, flags)) as never);
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(AGE_HEADER.length));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Lines of any length. Reading by chunks keeps a long one from being copied for each chunk. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pieces: string[] = [];
  for await (const chunk of stream) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const part of parts.slice(0, -1)) {
      yield pieces.join('') + part;
      pieces = [];
    }
    pieces.push(parts.at(-1)!);
  }
  const rest = pieces.join('') + decoder.decode();
  if (rest !== '') yield rest;
}

function parse(text: string): BackupRecord | undefined {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null && 'kind' in record
      ? (record as BackupRecord)
      : undefined;
  } catch {
    return undefined;
  }
}
