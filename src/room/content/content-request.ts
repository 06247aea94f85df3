import { readJson, readJsonText } from '../../body/read-body.ts';
import { type Share, workload } from '../../body/workload.ts';
import type { ProvenWriter } from '../../operations/proven-access.ts';
import type { Result } from '../../protocol/errors.ts';
import { writerOf } from '../admission/session-check.ts';
import { READ_ONLY, type RefusalOf } from '../refusals/refusal.ts';

/** What a request may do, as far as the room knows it in the present turn. */
export interface RequestChecks {
  /** Checks whether the session is still valid. */
  holds: (request: Request) => Promise<Result<void>>;
  refusalOf: RefusalOf;
}

/** An HTTP request that reads or changes a store. Its body counts in the isolate's workload. */
export class ContentRequest {
  readonly request: Request;
  /** The author that the edge has authenticated; undefined for a request that may not write. */
  readonly writer: ProvenWriter | undefined;
  readonly #maxBytes: number;
  readonly #checks: RequestChecks;
  readonly #share: Share = workload.begin();

  /** `maxBytes` limits the body; 0 means no limit. */
  constructor(request: Request, maxBytes: number, checks: RequestChecks) {
    this.request = request;
    this.writer = writerOf(request);
    this.#maxBytes = maxBytes;
    this.#checks = checks;
  }

  json(): Promise<Result<unknown>> {
    return readJson(this.request, this.#maxBytes, this.#share);
  }

  text(): Promise<Result<string>> {
    return readJsonText(this.request, this.#maxBytes, this.#share);
  }

  /** Checks the session. Call it when the whole body is read, and use the result in the same turn. */
  sessionHolds(): Promise<Result<void>> {
    return this.#checks.holds(this.request);
  }

  /** Whether the author may not write at the moment. */
  get isRefused(): boolean {
    return this.writer !== undefined && this.#checks.refusalOf(this.writer) !== undefined;
  }

  /** Checks session and role. Call it when the whole body is read, and write in the same turn. */
  async mayWrite(): Promise<Result<void>> {
    const held = await this.sessionHolds();
    return held.ok && this.isRefused ? READ_ONLY : held;
  }

  /** Releases its share of the workload. */
  end(): void {
    this.#share.end();
  }
}
