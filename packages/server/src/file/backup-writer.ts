import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { Writable } from 'node:stream';
import type { Flags } from '../flags.ts';
import { encrypt, isEncrypting } from './age.ts';

/** Writes a backup beside its place, and moves it there when it is complete. */
export interface BackupWriter {
  /** Bytes that are written and durable. 0 for an encrypted backup, which cannot be continued. */
  readonly bytes: number;
  write(lines: string[]): Promise<void>;
  finish(): Promise<void>;
  /** Closes the unfinished file, and leaves it. Can be repeated, also after `finish`. */
  close(): Promise<void>;
}

/** The unfinished file of a backup. */
export const partOf = (file: string): string => `${file}.part`;

/** Only its owner may read a backup: it has password hashes. */
const MODE = 0o600;

/** Opens the unfinished file, and keeps the first `bytes` of it. */
export const openWriter = async (
  file: string,
  bytes: number,
  flags: Flags,
): Promise<BackupWriter> =>
  isEncrypting(flags) ? EncryptedWriter.open(file, flags) : PlainWriter.open(file, bytes);

class PlainWriter implements BackupWriter {
  bytes: number;
  readonly #file: string;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle, bytes: number) {
    this.#file = file;
    this.#handle = handle;
    this.bytes = bytes;
  }

  static async open(file: string, bytes: number): Promise<PlainWriter> {
    const handle = await open(partOf(file), bytes > 0 ? 'r+' : 'w', MODE);
    await handle.truncate(bytes);
    return new PlainWriter(file, handle, bytes);
  }

  async write(lines: string[]): Promise<void> {
    const chunk = Buffer.from(textOf(lines));
    for (let written = 0; written < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(
        chunk,
        written,
        chunk.length - written,
        this.bytes + written,
      );
      written += bytesWritten;
    }
    await this.#handle.datasync();
    this.bytes += chunk.length;
  }

  async finish(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
    await rename(partOf(this.#file), this.#file);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

class EncryptedWriter implements BackupWriter {
  readonly bytes = 0;
  readonly #file: string;
  readonly #plain: WritableStreamDefaultWriter<Uint8Array>;
  readonly #written: Promise<void>;

  private constructor(
    file: string,
    plain: WritableStreamDefaultWriter<Uint8Array>,
    written: Promise<void>,
  ) {
    this.#file = file;
    this.#plain = plain;
    this.#written = written;
  }

  static async open(file: string, flags: Flags): Promise<EncryptedWriter> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const encrypted = await encrypt(readable, flags);
    const target = Writable.toWeb(createWriteStream(partOf(file), { mode: MODE, flush: true }));
    const written = encrypted.pipeTo(target as WritableStream<Uint8Array>);
    // A failure shows in the next write.
    written.catch(() => undefined);
    return new EncryptedWriter(file, writable.getWriter(), written);
  }

  async write(lines: string[]): Promise<void> {
    await Promise.race([this.#plain.write(Buffer.from(textOf(lines))), this.#written]);
  }

  async finish(): Promise<void> {
    await this.#plain.close();
    await this.#written;
    await rename(partOf(this.#file), this.#file);
  }

  async close(): Promise<void> {
    await this.#plain.abort().catch(() => undefined);
  }
}

const textOf = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');
