import { renderToString as renderReact } from 'react-dom/server';
import { renderToString as renderSolid } from 'solid-js/web';
import { render as renderSvelte } from 'svelte/server';
import { createSSRApp } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { createClient } from '../../../client/index.ts';
import App from './apps/app.svelte';
import { reactApp } from './apps/react-app.tsx';
import { solidApp } from './apps/solid-app.ts';
import { vueRoot } from './apps/vue-app.ts';

/** Runs on Node.js. Prints the HTML of the app in each framework, as JSON. */

const client = createClient({ url: 'http://fake', namespace: 'todo' });
const options = { client };

const html = {
  react: renderReact(reactApp(options)),
  vue: await renderVue(createSSRApp(vueRoot(options))),
  svelte: renderSvelte(App, { props: { options } }).body,
  solid: renderSolid(solidApp(options)),
};

// Later, so that whatever the client does after its creation is done.
setTimeout(() => console.log(JSON.stringify(html)), 20);
