import { useEffect, useMemo, useRef } from 'react';
import { usePresence } from '../../client/react/index.tsx';

/** How long somebody who stops typing is shown as typing. */
const TYPING_MS = 3_000;
/** Stands for a task that does not exist yet. */
const NEW_TASK = '';

/** What a device of this page tells the others. */
interface Activity {
  /** The id of the task that the user is typing in. */
  typing?: string;
}

/** Who types where, in one list. */
export interface Typing {
  /** Says who is typing in a task, or a new one; empty if nobody is. */
  describe(task?: string): string;
  /** Tells the others that this user is typing. */
  tell(task?: string): void;
  /** Tells the others that this user has finished. */
  stop(): void;
}

/** Tells the others that this device has the list open, and what its user types. */
export function useTyping(): { typing: Typing; present: ReadonlySet<string> } {
  const { others, set } = usePresence<Activity | null>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    set({});
    return () => {
      clearTimeout(timer.current);
      set(null);
    };
  }, [set]);
  return useMemo(() => {
    const stop = () => {
      clearTimeout(timer.current);
      set({});
    };
    const tell = (typing = NEW_TASK) => {
      set({ typing });
      clearTimeout(timer.current);
      timer.current = setTimeout(stop, TYPING_MS);
    };
    const describe = (task = NEW_TASK) => {
      const typists = others.filter(({ data }) => data?.typing === task);
      return sentence([...new Set(typists.map(({ member }) => nameOf(member?.email)))]);
    };
    const present = new Set(others.map(({ member }) => member?.id ?? ''));
    return { typing: { describe, tell, stop }, present };
  }, [others, set]);
}

const nameOf = (email = 'Somebody'): string => email.split('@')[0]!;

const sentence = (names: string[]): string =>
  names.length > 0 ? `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} typing …` : '';
