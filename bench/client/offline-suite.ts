import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import unpackChromium, { unpackedChromium } from '../../dev/chromium.ts';
import type { Stall, Stalls } from './offline-page.ts';

const SIZES = [1_000, 10_000, 50_000];

/** Measures in Chromium how long the offline copy blocks the page's main thread. */
export async function run(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ['bench/client/offline-page.ts'],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
  });
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Bench</title>');
  }).listen(0, '127.0.0.1');
  await unpackChromium();
  const { executablePath, env } = await unpackedChromium();
  const options = { executablePath, args: ['--headless=shell', '--no-sandbox'] };
  const browser = await chromium.launch({ ...options, env: { ...process.env, ...env } });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
    await page.addScriptTag({ content: outputFiles[0]!.text });
    console.log(
      '| rows | first save, longest stall | total | one edit, longest stall | load, longest stall | total |\n' +
        '| --: | --: | --: | --: | --: | --: |',
    );
    for (const rows of SIZES) {
      const stalls = await page.evaluate((rows) => measure(rows), rows);
      console.log(row(rows, stalls));
    }
  } finally {
    await browser.close();
    server.close();
  }
}

declare const measure: (rows: number) => Promise<Stalls>;

function row(rows: number, { first, edit, load }: Stalls): string {
  const ms = (figure: number) => `${figure.toFixed(0)} ms`;
  const both = ({ longest, total: whole }: Stall) => `${ms(longest)} | ${ms(whole)}`;
  return `| ${rows} | ${both(first)} | ${ms(edit.longest)} | ${both(load)} |`;
}
