import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createRoot } from 'solid-js';
import { expect, test, vi } from 'vitest';
import { createApp, defineComponent } from 'vue';
import { useSession as inReact } from '../../../client/react/index.tsx';
import { useSession as inSolid } from '../../../client/solid/index.ts';
import { useSession as inVue } from '../../../client/vue/index.ts';

const target = document.createElement('div');

function inVueSetup() {
  const session = inVue();
  return () => session.value?.user.email;
}

/** Uses a hook where nothing has provided a client. */
const USES: [framework: string, use: () => unknown, message: string][] = [
  ['Vue outside of a component', inVue, 'call this function in the setup of a component'],
  [
    'React',
    () => renderToString(createElement(() => inReact()?.user.email)),
    'there is no TinyHostProvider above this component',
  ],
  ['Solid', () => createRoot(inSolid), 'there is no TinyHostProvider above this component'],
  [
    'Vue',
    () => createApp(defineComponent(inVueSetup)).mount(target),
    'call provideTinyHost in this component or in one above',
  ],
];

test.each(USES)('without a provider, a hook of %s says what is missing', (_, use, message) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(use).toThrow(message);
});
