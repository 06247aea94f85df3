import { expect } from 'vitest';
import { begin } from '../../../client/connection/state-machine/steps.ts';
import { transition } from '../../../client/connection/state-machine/transition.ts';
import type {
  Effect,
  Event,
  MachineState,
  Phase,
} from '../../../client/connection/state-machine/types.ts';

/** Simulates a connection: records the effects of its state machine. */
export class World {
  machine: MachineState;
  now = 0;
  open: 'ticket' | 'socket' | 'exchange' | undefined;
  hasTimer = false;
  readonly startedAt: number[] = [];

  constructor() {
    const { machine, effects } = begin(this.now);
    this.machine = machine;
    this.#perform(effects);
  }

  tell(event: Event): Effect[] {
    const { machine, effects } = transition(this.machine, event, this.now);
    this.machine = machine;
    this.#perform(effects);
    return effects;
  }

  #perform(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'set-timeout' || effect.do === 'back-off') this.hasTimer = true;
      if (effect.do === 'clear-timer') this.hasTimer = false;
      if (effect.do === 'disconnect') this.open = undefined;
      if (effect.do === 'authorize' || effect.do === 'manual-sync') {
        expect(this.open).toBeUndefined();
        this.open = effect.do === 'authorize' ? 'ticket' : 'exchange';
        this.startedAt.push(this.now);
      }
      if (effect.do === 'open-socket') {
        expect(this.open).toBe('ticket');
        this.open = 'socket';
      }
      if (['sync', 'check-server', 'track-saves', 'expect-heartbeat'].includes(effect.do)) {
        expect(this.open).toBe('socket');
      }
    }
  }
}

/** The event with which each phase succeeds. */
export const ANSWERS: Partial<Record<Phase, Event>> = {
  'loading-copy': { type: 'copy-loaded' },
  authorizing: { type: 'authorized' },
  opening: { type: 'opened' },
  syncing: { type: 'synced' },
  'manual-sync': { type: 'manually-synced' },
};

/** Returns a simulated connection that has reached this phase. */
export function reach(phase: Phase): World {
  const world = new World();
  while (world.machine.phase !== phase) world.tell(ANSWERS[world.machine.phase]!);
  return world;
}
