/**
 * Node.js loads this module before an app. It defines the globals of browsers that TRAPS names. They
 * are undefined for libraries, and throw if the app's own code reads them.
 */
for (const name of process.env.TRAPS.split(' ')) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      const [, , caller = ''] = new Error().stack.split('\n');
      if (!caller.includes(process.env.TRAPPED_FILE)) return undefined;
      console.error(`read ${name}${caller}`);
      throw new Error(`${name} does not exist on a server`);
    },
  });
}
