import { hydrate, mount, unmount } from 'svelte';
import App from './app.svelte';
import type { Framework } from './app.ts';

const unmountable = (app: Record<string, unknown>) => ({ unmount: () => void unmount(app) });

export const svelte: Framework = {
  mount: (options, target) => unmountable(mount(App, { target, props: { options } })),
  hydrate: (options, target) => unmountable(hydrate(App, { target, props: { options } })),
};
