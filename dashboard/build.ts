import { buildSync } from 'esbuild';

/**
 * Builds the operator's dashboard. It is a build of its own, so that the page does not load a byte
 * of it, and both engines serve the same files.
 */
buildSync({
  entryPoints: ['dashboard/main.tsx'],
  outdir: process.argv[2] ?? 'demo/public/assets/dashboard',
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
});
