/** A yes or no that a tab remembers over a reload, where the browser lets it. */
export interface TabMemory {
  read(): boolean;
  write(value: boolean): void;
}

export function tabMemory(key: string): TabMemory {
  let value = attempt(() => sessionStorage.getItem(key)) === 'yes';
  return {
    read: () => value,
    write(next) {
      value = next;
      attempt(() => (next ? sessionStorage.setItem(key, 'yes') : sessionStorage.removeItem(key)));
    },
  };
}

/** Storage may be missing, forbidden or full; then there is memory. */
function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
