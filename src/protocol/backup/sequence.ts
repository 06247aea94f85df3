import {
  BACKUP_FORMAT,
  type BackupRecord,
  type EndRecord,
  type MomentRecord,
  type PartRecord,
} from './records.ts';

/** Why a sequence of records cannot be read. `newer` means that of a later version of TinyHost. */
export interface SequenceFault {
  kind: 'invalid' | 'newer';
  problem: string;
}

const invalid = (problem: string): SequenceFault => ({ kind: 'invalid', problem });

/** The store whose parts are expected. `next` is 0 if any part may be the first. */
interface OpenStore {
  store: string;
  next: number;
}

/**
 * Checks the order of the records of a backup: nothing is missing, doubled or in another place. A
 * fragment is a part of a backup, as a request of an import has it: it may begin and end within a
 * store.
 */
export class BackupSequence {
  readonly #isFragment: boolean;
  #hasBegun = false;
  #ended: EndRecord | undefined;
  #open: OpenStore | undefined;
  /** The store whose moments may follow. */
  #past: OpenStore | undefined;
  #namespace: string | undefined;
  #accounts = 0;
  #stores = 0;
  readonly #seen = new Set<string>();

  constructor(isFragment: boolean) {
    this.#isFragment = isFragment;
  }

  /** The namespace of the backup; undefined before its header. */
  get namespace(): string | undefined {
    return this.#namespace;
  }

  get accounts(): number {
    return this.#accounts;
  }

  /** Stores whose last part was there. */
  get stores(): number {
    return this.#stores;
  }

  /** Whether the next record may be of another account or store. */
  get isBetweenStores(): boolean {
    return this.#open === undefined && this.#isPastComplete;
  }

  /** The last store has no history, or all of it. */
  get #isPastComplete(): boolean {
    return this.#past === undefined || this.#past.next === 1;
  }

  /** Takes the next record. Returns what is wrong with it, if anything is. */
  take(record: BackupRecord): SequenceFault | undefined {
    if (this.#ended) return invalid('nothing may follow the end');
    if (record.kind === 'header') return this.#begin(record);
    if (this.#namespace === undefined) return invalid('the first line has to be a header');
    const fault = this.#takeContent(record);
    this.#hasBegun = true;
    return fault;
  }

  /** What is wrong if no more records follow. */
  finish(): SequenceFault | undefined {
    return this.#ended ? undefined : invalid('it is truncated: the last line has to be an end');
  }

  #begin(record: Extract<BackupRecord, { kind: 'header' }>): SequenceFault | undefined {
    if (this.#namespace !== undefined) return invalid('there is a second header');
    this.#namespace = record.namespace;
    const { format } = record;
    if (format <= BACKUP_FORMAT) return undefined;
    return { kind: 'newer', problem: `format ${format} is newer than ${BACKUP_FORMAT}` };
  }

  #takeContent(record: Exclude<BackupRecord, { kind: 'header' }>): SequenceFault | undefined {
    switch (record.kind) {
      case 'account':
        this.#accounts += 1;
        return this.#openStore(record.id);
      case 'members':
        return this.#openStore(record.store);
      case 'part':
        return this.#takePart(record);
      case 'moment':
        return this.#takeMoment(record);
      case 'skipped':
        return this.#close(record.store);
      default:
        return this.#end(record);
    }
  }

  #openStore(store: string): SequenceFault | undefined {
    const missing = this.#missing();
    if (missing) return missing;
    if (this.#seen.has(store)) return invalid(`there is a second ${store}`);
    this.#seen.add(store);
    this.#open = { store, next: 1 };
    this.#past = undefined;
    return undefined;
  }

  #takePart({ store, part, is_last }: PartRecord): SequenceFault | undefined {
    if (!this.#open && this.#isFragment && !this.#hasBegun) {
      this.#seen.add(store);
      this.#open = { store, next: part };
    }
    if (this.#open?.store !== store) return invalid(`a part of ${store} is in another place`);
    const { next } = this.#open;
    if (part !== next) return invalid(`part ${next} of ${store} is expected, not ${part}`);
    this.#open = { store, next: next + 1 };
    if (!is_last) return undefined;
    this.#stores += 1;
    this.#past = { store, next: 1 };
    return this.#close(store);
  }

  #takeMoment({ store, moment, is_last }: MomentRecord): SequenceFault | undefined {
    if (this.#isFragment && !this.#hasBegun) this.#past = { store, next: moment };
    if (this.#past?.store !== store) return invalid(`a moment of ${store} is in another place`);
    const { next } = this.#past;
    if (moment !== next) return invalid(`moment ${next} of ${store} is expected, not ${moment}`);
    this.#past = is_last ? undefined : { store, next: next + 1 };
    return undefined;
  }

  /** What is missing of the last store. */
  #missing(): SequenceFault | undefined {
    if (this.#open) return invalid(`parts of the store ${this.#open.store} are missing before it`);
    if (this.#isPastComplete) return undefined;
    return invalid(`moments of the store ${this.#past?.store} are missing before it`);
  }

  #close(store: string): SequenceFault | undefined {
    if (this.#open?.store !== store) return invalid(`a record of ${store} is in another place`);
    this.#open = undefined;
    return undefined;
  }

  #end(record: EndRecord): SequenceFault | undefined {
    const missing = this.#isFragment ? undefined : this.#missing();
    if (missing) return missing;
    if (record.accounts !== this.#accounts || record.stores !== this.#stores) {
      const counted = `${this.#accounts} accounts and ${this.#stores} stores`;
      return invalid(`it says ${record.accounts} and ${record.stores} where there are ${counted}`);
    }
    this.#ended = record;
    return undefined;
  }
}
