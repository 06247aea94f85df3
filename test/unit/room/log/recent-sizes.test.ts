import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentSizes } from '../../../../src/room/log/recent-sizes.ts';

const LIMIT = 50;

/** The oldest of the newest records that fit, found by adding them all up. */
function oldest(sizes: number[], limit: number): number {
  let sequence = sizes.length;
  for (let left = limit; sequence > 0 && sizes[sequence - 1]! <= left; sequence--) {
    left -= sizes[sequence - 1]!;
  }
  return sequence;
}

it('finds the newest records that fit into a limit, and nothing before a record that was forgotten', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant('forget'), fc.constant(1)), {
        maxLength: 4_000,
        size: 'max',
      }),
      fc.nat(LIMIT),
      (steps, limit) => {
        const recent = new RecentSizes();
        const sizes: number[] = [];
        let forgotten = 0;
        for (const step of steps) {
          if (typeof step === 'number') {
            // Some records come in two parts.
            recent.add(sizes.length, Math.floor(step / 2), LIMIT);
            recent.add(sizes.length, Math.ceil(step / 2), LIMIT);
            sizes.push(step);
          } else {
            forgotten = Math.max(0, sizes.length - 2);
            recent.forgetBefore(forgotten);
          }
          expect(recent.since(limit)).toBe(Math.max(forgotten, oldest(sizes, limit)));
        }
      },
    ),
    { numRuns: 20 },
  );
});

it('forgets the records before one that was lost', () => {
  const recent = new RecentSizes();
  for (const sequence of [0, 1, 2, 4, 5]) recent.add(sequence, 1, LIMIT);
  expect(recent.since(LIMIT)).toBe(4);
});
