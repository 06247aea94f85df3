import { readJson, readJsonText } from '../body.ts';
import type { Result } from '../protocol/errors.ts';
import { type Share, workload } from '../workload.ts';

/** A request for a store's content, or to change it, whose body takes part in the workload. */
export class ContentRequest {
  readonly request: Request;
  readonly #maxBytes: number;
  readonly #holds: (request: Request) => Promise<Result<void>>;
  readonly #share: Share = workload.begin();

  /** `maxBytes` bounds the body, 0 does not; `holds` says whether its session still holds. */
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

  /** Has to be asked when the body is there; what is changed is changed in the same turn. */
  mayWrite(): Promise<Result<void>> {
    return this.#holds(this.request);
  }

  /** The work on it is done. */
  end(): void {
    this.#share.end();
  }
}
