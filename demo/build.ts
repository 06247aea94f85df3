import { buildSync } from 'esbuild';
import { serve } from '../partykit.json';

/**
 * Builds the page for Wrangler, which does not bundle static assets. It uses the settings of
 * partykit.json, so that both engines serve the same files.
 */
const { entry, ...settings } = serve.build;

buildSync({
  ...settings,
  entryPoints: entry,
  outdir: process.argv[2] ?? settings.outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
});
