import { fail, timeOut } from './failures.ts';
import { changeNetwork, changeStore, resume } from './interruptions.ts';
import { end, enter, pause, start, stay } from './steps.ts';
import type { Event, MachineState, Phase, Step } from './types.ts';

/**
 * Returns the next state of a connection after an event, and the effects to carry out. It is a pure
 * function without sockets, timers and clocks, so that every order of events can be tested.
 */
export function transition(machine: MachineState, event: Event, now: number): Step {
  if (machine.phase === 'ended') return stay(machine);
  switch (event.type) {
    case 'end':
      return end(machine, event.status, event.reason, now);
    case 'pause':
      return pause({ ...machine, status: 'offline', reason: undefined }, now);
    case 'resume':
      return resume(machine, now);
    case 'network-changed':
      return changeNetwork(machine, now);
    case 'store-changed':
      return changeStore(machine, now);
    case 'failed':
      return fail(machine, event.reaction, now);
    case 'timeout':
      return timeOut(machine, now);
    default:
      return EXPECTED_IN[event.type].includes(machine.phase)
        ? advance(machine, event, now)
        : stay(machine);
  }
}

type Progress = Exclude<
  Event,
  { type: 'end' | 'pause' | 'resume' | 'network-changed' | 'store-changed' | 'failed' | 'timeout' }
>;

/** The phases in which each event is expected. In any other phase it is late and is ignored. */
const EXPECTED_IN: Record<Progress['type'], readonly Phase[]> = {
  'copy-loaded': ['loading-copy'],
  authorized: ['authorizing'],
  opened: ['opening'],
  synced: ['syncing'],
  'manually-synced': ['manual-sync'],
  progress: ['manual-sync'],
  'heartbeat-missed': ['online'],
  'frame-received': ['online'],
  'large-frame-sent': ['syncing', 'online'],
  'writes-deferred': ['syncing', 'online'],
  saved: ['online'],
};

function advance(machine: MachineState, event: Progress, now: number): Step {
  switch (event.type) {
    case 'copy-loaded':
      return start(machine, 'authorize', now);
    case 'authorized':
      return enter(machine, 'opening', now, { do: 'open-socket' });
    case 'opened': {
      const reason = machine.deferred?.reason;
      return enter({ ...machine, status: 'syncing', reason }, 'syncing', now, { do: 'sync' });
    }
    case 'synced':
      return goOnline(machine, now);
    case 'manually-synced': {
      const { deferred } = event;
      return start({ ...machine, deferred, reason: deferred?.reason }, 'authorize', now);
    }
    case 'progress':
      return stay({ ...machine, since: now });
    case 'heartbeat-missed':
      return { machine: { ...machine, status: 'stale' }, effects: [{ do: 'check-server' }] };
    case 'frame-received':
      return { machine: { ...machine, status: 'online' }, effects: [{ do: 'expect-heartbeat' }] };
    case 'large-frame-sent':
      return stay({ ...machine, sentLargeFrame: true });
    case 'writes-deferred': {
      const { reason } = event;
      return { machine: { ...machine, reason }, effects: [{ do: 'reject-saves', reason }] };
    }
    case 'saved':
      return stay({ ...machine, reason: undefined, deferred: undefined, sentLargeFrame: false });
  }
}

const goOnline = (machine: MachineState, now: number): Step => ({
  machine: { ...machine, phase: 'online', status: 'online', since: now },
  effects: [{ do: 'clear-timer' }, { do: 'expect-heartbeat' }, { do: 'track-saves' }],
});
