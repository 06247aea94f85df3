import type { ClientContext } from '../context.ts';
import type { Schemas } from '../schemas.ts';
import type { HistoryCalls } from './history-calls.ts';
import { lazyCalls, loadOnce } from './lazy-calls.ts';

/** Calls about the history of the private store, or of a shared one. */
export type History<S extends Schemas> = Pick<HistoryCalls<S>, keyof HistoryCalls<S>>;

/** Loads the code when it is first used. */
export const createHistory = <S extends Schemas>(context: ClientContext): History<S> =>
  lazyCalls(
    loadOnce(
      'the history',
      async () => new (await import('./history-calls.ts')).HistoryCalls<S>(context),
    ),
    ['list', 'contentAt', 'restore'],
  );
