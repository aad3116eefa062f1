/** One build for every runtime from Electron 25 up: main process, process entries, preload, window. */
import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import { svelte } from '@sveltejs/vite-plugin-svelte'

// electron-vite derives format (CommonJS below 28) and targets (node18.15, chrome114) from this.
process.env.ELECTRON_MAJOR_VER ??= '25'

const here = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: {
          main: here('src-main/main.ts'),
          worker: here('src-main/processes/worker.ts'),
          'pool-process': here('src-main/processes/pool-process.ts'),
          'python-thread': here('src-main/python-host/python-thread.ts'),
          'node-thread': here('src-main/node-host/node-thread.ts'),
          beat: here('src-main/processes/beat.ts'),
          web: here('src-main/processes/web.ts'),
          shell: here('src-main/processes/shell.ts'),
          'python-prompt': here('src-main/processes/python-prompt.ts'),
          console: here('src-main/processes/console.ts'),
          'code-check': here('src-main/processes/code-check.ts'),
          world: here('src-main/processes/world.ts'),
          'redis-host': here('src-main/processes/redis-host.ts'),
          cli: here('src-main/processes/cli.ts'),
          'make-snapshot': here('src-main/python-host/make-snapshot.ts'),
          'lessons-check': here('src-main/processes/lessons-check.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false, // a sandboxed preload script can require only electron
      rollupOptions: { input: { preload: here('src-main/preload.ts') } },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte({ configFile: here('svelte.config.js') })],
    build: {
      outDir: here('out/renderer'),
      minify: true,
      rollupOptions: { input: { index: here('src-renderer/index.html') } },
    },
  },
})
