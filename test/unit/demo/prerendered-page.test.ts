import { readFile } from 'node:fs/promises';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createPageClient, Root } from '../../../demo/root.tsx';

const PAGE = 'demo/public/page.txt';

/** After a change to what visitors see, run this test with `-u`, which writes it to the HTML. */
test('the HTML of the page has what React renders for a visitor', async () => {
  const client = createPageClient('http://localhost');
  // React adds a preload of the image in front.
  const rendered = renderToString(createElement(Root, { client })).replace(/^<link [^>]*>/, '');
  const html = await readFile(PAGE, 'utf8');
  const app = `<div id="app">${rendered}</div>\n  </body>`;
  const page = html.replace(/<div id="app">.*<\/div>\n {2}<\/body>/s, () => app);
  expect(rendered).toContain('<form name="sign-in"');
  await expect(page).toMatchFileSnapshot(`../../../${PAGE}`);
});

test('the script that runs before the page imports nothing statically, as it is no module', async () => {
  expect(await readFile('demo/start.ts', 'utf8')).not.toMatch(/^(import|export) /m);
});
