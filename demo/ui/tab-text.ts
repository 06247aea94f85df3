/** A text that survives a reload of its tab, if the browser allows it. */
export interface TabText {
  read(): string | undefined;
  /** Undefined removes it. */
  write(value: string | undefined): void;
}

export function tabText(key: string): TabText {
  let value = attempt(() => sessionStorage.getItem(key)) ?? undefined;
  return {
    read: () => value,
    write(next) {
      value = next;
      attempt(() =>
        next === undefined ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, next),
      );
    },
  };
}

/** Ignores a missing, forbidden or full storage. The text then lasts until the page closes. */
function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
