/** The number of storage keys written since the room started. Rooms serve it as JSON. */
export interface KeyCount {
  written: number;
}

export const keyCount = (): KeyCount => ({ written: 0 });

/** Wraps storage so that every key passed to `put` is counted. */
export function countKeys<Storage extends object>(storage: Storage, count: KeyCount): Storage {
  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (name === 'put') {
          count.written += typeof args[0] === 'string' ? 1 : Object.keys(args[0] as object).length;
        }
        return Reflect.apply(member, target, wrapTransaction(name, args, count)) as unknown;
      };
    },
  });
}

function wrapTransaction(name: string | symbol, args: unknown[], count: KeyCount): unknown[] {
  if (name !== 'transaction') return args;
  const [run] = args as [(transaction: object) => unknown];
  return [(transaction: object) => run(countKeys(transaction, count))];
}
