import { defineConfig } from 'vite';

export default defineConfig({
  server: {
    // `npm run dev` starts TinyHost on this port. The page finds it on its own origin.
    proxy: { '^/my-app/': { target: 'http://127.0.0.1:1999', ws: true } },
  },
});
