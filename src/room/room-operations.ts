import { type Handlers, type Route, routesOf } from '../operations/room-calls.ts';
import type { UserRemoval } from '../operations/user-room-operations.ts';
import type { Connection, RoomHost } from '../platform.ts';
import type { EndedSessions } from './admission/ended-sessions.ts';
import { sessionOperations } from './admission/session-operations.ts';
import type { Document } from './content/document.ts';
import type { Devices } from './devices.ts';
import { invitationOperations } from './members/operations/invitation-operations.ts';
import { storeLifecycleOperations } from './members/operations/lifecycle-operations.ts';
import { memberOperations } from './members/operations/member-operations.ts';
import { storesNewsOperations } from './members/operations/stores-news-operations.ts';
import type { SharedStore } from './members/shared-store.ts';
import { accessOperations } from './reports/access-operations.ts';
import type { OperatorAccesses } from './reports/operator-accesses.ts';
import { usageOperations } from './reports/usage-operations.ts';

/** The parts of a room that its operations need. */
interface RoomParts {
  devices: Devices;
  ended: EndedSessions;
  document: Document;
  shared: SharedStore;
  accesses: OperatorAccesses;
  notify(connection: Connection, body: string): unknown;
  destroy: Handlers<UserRemoval>['destroy'];
}

/** The routes of a room's private operations. */
export const roomOperations = (
  host: RoomHost,
  { devices, ended, document, shared, accesses, notify, destroy }: RoomParts,
): Record<string, Route> => ({
  ...routesOf(sessionOperations(host.log, devices, ended)),
  ...routesOf(storeLifecycleOperations(shared)),
  ...routesOf(memberOperations(shared)),
  ...routesOf(invitationOperations(host.config, shared)),
  ...routesOf(storesNewsOperations(devices, notify)),
  ...routesOf(usageOperations(host, document, devices, shared)),
  ...routesOf(accessOperations(shared, accesses)),
  ...routesOf<UserRemoval>({ destroy }),
});
