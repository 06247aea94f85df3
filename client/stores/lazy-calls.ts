import { TinyHostError } from '../errors.ts';

/**
 * Returns a function that loads a part of the client with `load` when it is first called, and again
 * after a failure. It rejects with the code `network` if the code of `name` cannot be loaded.
 */
export function loadOnce<Part>(name: string, load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | undefined;
  return () => {
    loading ??= load().catch((cause) => {
      loading = undefined;
      throw new TinyHostError('network', `the code of ${name} could not be loaded`, { cause });
    });
    return loading;
  };
}

/** Returns the calls of a part with these names. Each loads the part first. */
export function lazyCalls<Part, Name extends keyof Part>(
  load: () => Promise<Part>,
  names: readonly Name[],
): Pick<Part, Name> {
  const call = (name: Name) => {
    return async (...input: never[]): Promise<unknown> => {
      const part = await load();
      return (part[name] as (...input: never[]) => unknown).apply(part, input);
    };
  };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Pick<Part, Name>;
}
