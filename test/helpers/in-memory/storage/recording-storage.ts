import { MemoryStorage } from './memory-storage.ts';

export type Mutation = { put: Record<string, unknown> } | { delete: string[] };

/** Records every write in order, and can refuse those from `refuseAt` on, counted from 0. */
export class RecordingStorage extends MemoryStorage {
  readonly mutations: Mutation[] = [];
  refuseAt = Number.POSITIVE_INFINITY;

  override async put<Value>(entry: string | Record<string, Value>, value?: Value): Promise<void> {
    const entries = typeof entry === 'string' ? { [entry]: value } : entry;
    if (this.mutations.length >= this.refuseAt) throw new Error('the disk is full');
    this.mutations.push({ put: structuredClone(entries) });
    await super.put(entries);
  }

  override async delete(key: string): Promise<boolean>;
  override async delete(keys: string[]): Promise<number>;
  override async delete(keys: string | string[]): Promise<boolean | number> {
    this.mutations.push({ delete: [keys].flat() });
    return super.delete([keys].flat());
  }
}

export async function apply(storage: MemoryStorage, mutation: Mutation): Promise<void> {
  if ('put' in mutation) await storage.put(mutation.put);
  else await storage.delete(mutation.delete);
}
