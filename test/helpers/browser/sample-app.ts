import { transformAsync } from '@babel/core';
import type { BuildOptions, Plugin } from 'esbuild';
import { compileScript, parse } from 'vue/compiler-sfc';
import { compileSvelte } from '../bindings/compile-svelte.ts';

/** Runs after a sample. */
const RAN = `document.title = 'Ran';`;

/** Compiles a component of each language to JavaScript, as the plugins of the frameworks do. */
const COMPONENTS: Record<string, (code: string) => string> = {
  vue: (code) =>
    compileScript(parse(code).descriptor, { id: 'sample', inlineTemplate: true }).content,
  svelte: (code) => compileSvelte(code, 'App.svelte', 'client'),
};

/** Shows the component of a sample, which is the whole app. */
const MOUNTS: Record<string, string> = {
  vue: `import { createApp } from 'vue'; createApp(App).mount('#root');`,
  svelte: `import { mount } from 'svelte'; mount(App, { target: document.body });`,
};

/** Returns the options to bundle a sample as an app. Its title becomes `Ran` when it has run. */
export async function sampleApp(language: string, code: string): Promise<BuildOptions> {
  const compile = COMPONENTS[language];
  if (compile) return appOf(`import App from 'component'; ${MOUNTS[language]}`, compile(code));
  return appOf(code.includes("'solid-js") ? await compileSolid(code) : code);
}

const appOf = (code: string, component = ''): BuildOptions => ({
  stdin: { contents: `${code}\n${RAN}`, resolveDir: '.', loader: 'tsx' },
  plugins: [provide('component', component)],
});

/** Lets an app import a module that is no file. */
const provide = (name: string, contents: string): Plugin => ({
  name,
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
    build.onLoad({ filter: /.*/, namespace: name }, () => ({ contents, resolveDir: '.' }));
  },
});

async function compileSolid(code: string): Promise<string> {
  const options = { presets: ['babel-preset-solid'], babelrc: false, configFile: false };
  return (await transformAsync(code, options))?.code ?? '';
}
