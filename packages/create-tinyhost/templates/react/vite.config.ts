import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: {
    // `npm run dev` starts TinyHost on this port. The page finds it on its own origin.
    proxy: { '^/my-app/': { target: 'http://127.0.0.1:1999', ws: true } },
  },
});
