import { describe, expect, it } from 'vitest';
import { LineBudget } from '../../../src/edge/middleware/line-budget.ts';

const START = Date.UTC(2026, 0, 1);

const taken = (budget: LineBudget, count: number, now: number) =>
  Array.from({ length: count }, () => budget.take(now)).filter((line) => line !== undefined);

describe('the budget of log lines for refusals', () => {
  it('allows 30 lines at once and one more every 2 seconds, and counts the omitted ones', () => {
    const budget = new LineBudget();
    expect(taken(budget, 1_000, START)).toHaveLength(30);
    expect(budget.take(START + 1_999)).toBeUndefined();
    expect(budget.take(START + 2_000)).toEqual({ leftOut: 971 });
    expect(budget.take(START + 2_000)).toBeUndefined();
    expect(budget.take(START + 4_000)).toEqual({ leftOut: 1 });
  });

  it('never saves up more than 30 lines', () => {
    const budget = new LineBudget();
    taken(budget, 30, START);
    expect(taken(budget, 100, START + 86_400_000)).toHaveLength(30);
  });

  it('continues after the clock is set back', () => {
    const budget = new LineBudget();
    taken(budget, 30, START);
    expect(budget.take(START - 3_600_000)).toBeUndefined();
    expect(budget.take(START - 3_600_000 + 2_000)).toEqual({ leftOut: 1 });
  });
});
