import { expect, test } from 'vitest';
import { react } from '../../helpers/bindings/apps/react-app.tsx';
import { solid } from '../../helpers/bindings/apps/solid-app.ts';
import { svelte } from '../../helpers/bindings/apps/svelte-app.ts';
import { vue } from '../../helpers/bindings/apps/vue-app.ts';
import { BindingWorld } from '../../helpers/bindings/binding-world.ts';
import { renderOnServer } from '../../helpers/bindings/server-html.ts';

const FRAMEWORKS = { react, vue, svelte, solid };
const NAMES = ['react', 'vue', 'svelte', 'solid'] as const;

const SIGNED_OUT = 'not ready, nobody, signed-out, saved, no title, no reason';
/** Newer versions of Node.js have some of them. */
const BROWSER_GLOBALS = ['localStorage', 'sessionStorage', 'indexedDB', 'navigator', 'location'];

const rendered = renderOnServer(['window', ...BROWSER_GLOBALS]);

test('importing and rendering on a server reads no global of browsers', async () => {
  expect((await rendered).complaints).toBe('');
  expect((await renderOnServer(['window', 'document'])).complaints).toBe('');
});

test.each(NAMES)(
  '%s renders on a server that it is not ready, and the signed-out state',
  async (name) => {
    const target = document.createElement('div');
    target.innerHTML = (await rendered).html[name];
    expect(target.textContent).toBe(SIGNED_OUT);
  },
);

test.each(NAMES)('%s hydrates that without a complaint, then shows the session', async (name) => {
  const rendering = await rendered;
  const show = async (how: 'mount' | 'hydrate', html: string) => {
    const world = new BindingWorld();
    await world.signIn();
    world.target.innerHTML = html;
    world.show(FRAMEWORKS[name], how);
    await world.untilShown('user 1, online, saved, Learn, no reason');
    return world;
  };
  const hydrated = await show('hydrate', rendering.html[name]);
  expect(hydrated.complaints).toEqual([]);
  expect([hydrated.tickets, hydrated.network.sockets.length]).toEqual([1, 1]);
  expect(hydrated.elements).toEqual((await show('mount', '')).elements);
});
