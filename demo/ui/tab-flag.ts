/** A flag that survives a reload of its tab, if the browser allows it. */
export interface TabFlag {
  read(): boolean;
  write(value: boolean): void;
}

export function tabFlag(key: string): TabFlag {
  let value = attempt(() => sessionStorage.getItem(key)) === 'yes';
  return {
    read: () => value,
    write(next) {
      value = next;
      attempt(() => (next ? sessionStorage.setItem(key, 'yes') : sessionStorage.removeItem(key)));
    },
  };
}

/** Ignores a missing, forbidden or full storage. The flag then lasts until the page closes. */
function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
