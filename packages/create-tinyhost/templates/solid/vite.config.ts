import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

export default defineConfig({
  plugins: [solid()],
  server: {
    // `npm run dev` starts TinyHost on this port. The page finds it on its own origin.
    proxy: { '^/my-app/': { target: 'http://127.0.0.1:1999', ws: true } },
  },
});
