/** Builds the window on a fake bridge, for looking at it without the rest: `npx vite build -c tests/support/window-preview/vite.config.ts --outDir DIR`. */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [svelte({ configFile: resolve(import.meta.dirname, '../../../svelte.config.js') })],
  build: { target: 'chrome114', emptyOutDir: true, minify: false },
})
