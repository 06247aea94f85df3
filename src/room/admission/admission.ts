import type { RoomHost } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { Device, Devices } from '../devices.ts';
import type { SharedStore } from '../members/shared-store.ts';
import type { Synchronizer } from '../sync/synchronizer.ts';
import type { EndedSessions } from './ended-sessions.ts';

/** Decides whether a device that the edge has authenticated may connect. */
export class Admission {
  readonly #host: RoomHost;
  readonly #devices: Devices;
  readonly #ended: EndedSessions;
  readonly #shared: SharedStore;
  readonly #synchronizer: Synchronizer;

  constructor(
    host: RoomHost,
    devices: Devices,
    ended: EndedSessions,
    shared: SharedStore,
    synchronizer: Synchronizer,
  ) {
    this.#host = host;
    this.#devices = devices;
    this.#ended = ended;
    this.#shared = shared;
    this.#synchronizer = synchronizer;
  }

  /** Why a device may not connect now; undefined if it may. */
  reasonAgainst(device: Device): CloseName | undefined {
    const now = Date.now();
    const isEnded = this.#ended.has(device.session_hash, now);
    if (isEnded || Date.parse(device.expires_at) <= now) return 'sessionEnded';
    const stranger = this.#shared.reasonAgainst(device);
    if (stranger || this.#hasPlace(device)) return stranger;
    this.#synchronizer.probe(this.#devices.makeRoom(device, now));
    return this.#hasPlace(device) ? undefined : 'tooManyDevices';
  }

  /** Each member of a shared store has the same number of places. */
  #hasPlace(device: Device): boolean {
    const limit = this.#host.config.MAX_DEVICES;
    return limit === 0 || this.#devices.countOf(device) < limit;
  }
}
