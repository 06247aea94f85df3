import { describe, expect, it } from 'vitest';
import type { MomentHead } from '../../../../src/room/history/moment-storage.ts';
import { nextStep } from '../../../../src/room/history/thinning.ts';

const BEGIN = 1_900_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const head = (from: number, to: number, age: number): MomentHead => ({
  ...{ kind: 'changes', from, to, after: BEGIN - age - 1, since: BEGIN - age, until: BEGIN - age },
  ...{ by: [], contentBytes: 1, bytes: 100, thinnedAt: 0, tables: [], moreTables: 0, values: 0 },
});

describe('the next step', () => {
  it('is none without moments, or if all are of the last day', () => {
    expect(nextStep([], 30, BEGIN)).toBeUndefined();
    const today = [head(0, 1, 2 * MINUTE), head(1, 2, MINUTE)];
    expect(nextStep(today, 30, BEGIN)).toBeUndefined();
  });

  it('merges moments of one hour, up to a restore', () => {
    const hour = [0, 1, 2, 3].map((from) => head(from, from + 1, 2 * DAY - from * 1000));
    expect(nextStep(hour, 30, BEGIN)).toEqual({ do: 'merge', moments: hour });
    hour[2]!.kind = 'restore';
    expect(nextStep(hour, 30, BEGIN)).toEqual({ do: 'merge', moments: hour.slice(0, 2) });
  });

  it('removes what a merge has left when it was interrupted', () => {
    const [merged, left, next] = [head(0, 3, 3000), head(1, 2, 2000), head(3, 4, 1000)];
    const step = nextStep([merged, left, next], 30, BEGIN);
    expect(step).toEqual({ do: 'removeMerged', moments: [left] });
  });

  it('removes moments before a gap', () => {
    const [hidden, next] = [head(0, 1, 2000), head(5, 6, 1000)];
    expect(nextStep([hidden, next], 30, BEGIN)).toEqual({ do: 'remove', moments: [hidden] });
  });

  it('merges by longer spans, and then removes the oldest, if they take too many bytes', () => {
    const hours = [4, 3].map((hour, from) => ({
      ...head(from, from + 1, 2 * DAY + (BEGIN % DAY) - DAY + hour * HOUR),
      bytes: 600_000,
    }));
    expect(nextStep(hours, 30, BEGIN)).toEqual({ do: 'merge', moments: hours });
    const apart = [20, 12, 4].map((day, from) => ({
      ...head(from, from + 1, day * DAY),
      bytes: 600_000,
    }));
    expect(nextStep(apart, 30, BEGIN)).toEqual({ do: 'remove', moments: [apart[0]] });
    const large = apart.map((moment) => ({ ...moment, contentBytes: 1_800_000 }));
    expect(nextStep(large, 30, BEGIN)).toBeUndefined();
  });
});
