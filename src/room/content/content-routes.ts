import type { Route } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { NO_SUCH_STORE, type Result, succeed } from '../../protocol/errors.ts';
import type { AccessKind } from '../../protocol/http-api/usage.ts';
import type { RoomOwner } from '../admission/room-owner.ts';
import { type SessionCheck, writerOf } from '../admission/session-check.ts';
import { backupRoutes } from '../backup/backup-routes.ts';
import { listMoments, restoreStore } from '../http/history-routes.ts';
import { manualSync } from '../http/manual-sync.ts';
import { Snapshots } from '../http/snapshot.ts';
import { storeRoutes } from '../http/store-routes.ts';
import type { SharedStore } from '../members/shared-store.ts';
import type { PersisterBridge } from '../persister/persister-bridge.ts';
import type { OperatorAccesses } from '../reports/operator-accesses.ts';
import { streamWhile } from '../text-stream.ts';
import { ContentRequest } from './content-request.ts';
import type { Document } from './document.ts';

/** The parts of a room that serve its content. */
interface ContentParts {
  document: Document;
  persister: PersisterBridge;
  sessions: SessionCheck;
  shared: SharedStore;
  accesses: OperatorAccesses;
  owner: RoomOwner;
}

/** The HTTP routes that read or change the content of a room, for those who may read it. */
export function contentRoutes(
  { config, log }: RoomHost,
  { document, persister, sessions, shared, accesses, owner }: ContentParts,
): Record<string, Route> {
  const snapshots = new Snapshots(document);
  const checks = { holds, refusalOf: shared.refusalOf };

  return {
    ...backupRoutes(config, document, shared, owner),
    'manual-sync': onContent((content) => manualSync(document, config, content)),
    store: onContent((content) => storeRoutes(document, content)),
    history: onContent((content) => listMoments(document, content)),
    restore: onContent((content) => restoreStore(document, content, log)),
    'partykit-store': onContent((content) => persister.request(content)),
    snapshot: async (request) => {
      const admitted = admit(request);
      return admitted.ok ? snapshots.request(request, () => admit(request).ok) : admitted;
    },
  };

  function onContent(run: (content: ContentRequest) => Promise<Result<Response>>): Route {
    return async (request) => {
      const admitted = admit(request);
      if (!admitted.ok) return admitted;
      const content = new ContentRequest(request, config.MAX_SYNC_BYTES, checks);
      try {
        const { operator } = writerOf(request) ?? {};
        if (operator) await accesses.note(operator.key, kindOf(request), Date.now());
        await document.load();
        // Loading takes long, and members may be removed meanwhile.
        const stillAdmitted = admit(request);
        if (!stillAdmitted.ok) return stillAdmitted;
        const result = await run(content);
        return result.ok ? succeed(whileAdmitted(request, result.value)) : result;
      } finally {
        content.end();
      }
    };
  }

  /** Ends a response whose reader may not read a shared store any more. */
  function whileAdmitted(request: Request, response: Response): Response {
    const { member, operator } = writerOf(request) ?? {};
    if (!(member || operator) || !response.body) return response;
    const body = response.body.pipeThrough(streamWhile(() => admit(request).ok));
    return new Response(body, response);
  }

  /** Refuses those who are no members of a shared store. */
  function admit(request: Request): Result<void> {
    return shared.roleOf(writerOf(request) ?? {}) ? succeed(undefined) : NO_SUCH_STORE;
  }

  async function holds(request: Request): Promise<Result<void>> {
    const held = await sessions.holds(request);
    return held.ok ? admit(request) : held;
  }
}

const kindOf = ({ method }: Request): AccessKind =>
  method === 'GET' || method === 'HEAD' ? 'read' : 'write';
