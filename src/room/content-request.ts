import { readJson, readJsonText } from '../body/read-body.ts';
import { type Share, workload } from '../body/workload.ts';
import type { Result } from '../protocol/errors.ts';

/** An HTTP request that reads or changes a store. Its body counts in the isolate's workload. */
export class ContentRequest {
  readonly request: Request;
  readonly #maxBytes: number;
  readonly #holds: (request: Request) => Promise<Result<void>>;
  readonly #share: Share = workload.begin();

  /**
   * `maxBytes` limits the body; 0 means no limit. `holds` checks whether the session is still
   * valid.
   */
  constructor(
    request: Request,
    maxBytes: number,
    holds: (request: Request) => Promise<Result<void>>,
  ) {
    this.request = request;
    this.#maxBytes = maxBytes;
    this.#holds = holds;
  }

  json(): Promise<Result<unknown>> {
    return readJson(this.request, this.#maxBytes, this.#share);
  }

  text(): Promise<Result<string>> {
    return readJsonText(this.request, this.#maxBytes, this.#share);
  }

  /** Call it when the whole body is read, and write in the same turn. */
  mayWrite(): Promise<Result<void>> {
    return this.#holds(this.request);
  }

  /** Releases its share of the workload. */
  end(): void {
    this.#share.end();
  }
}
