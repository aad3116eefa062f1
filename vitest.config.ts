/** Five kinds of test, told apart by the file's suffix: what a test needs decides when and beside what it runs. */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// A fork starts Python, a real Celery starts slower still, and the machine may be doing other things.
// On a build server it may try once more; the last lines of the run name what needed it.
const again = { retry: process.env['CI'] ? 1 : 0 }
const slow = { testTimeout: 240_000, hookTimeout: 240_000, ...again }
const serial = { fileParallelism: false, maxWorkers: 1 }

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['tests/support/leak-check.ts', 'tests/support/second-try.ts'],
    projects: [
      {
        extends: true,
        plugins: [svelte()], // rune state (*.svelte.ts) is tested without a browser
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.{redis,process,interop,package}.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { extends: true, test: { name: 'redis', include: ['tests/**/*.redis.test.ts'], testTimeout: 180_000, ...again } },
      // Their processes wait more than they compute: three files at a time keep two cores busy.
      {
        extends: true,
        test: {
          name: 'process',
          include: ['tests/**/*.process.test.ts'],
          ...slow,
          maxWorkers: 3,
          maxConcurrency: 2,
          sequence: { groupOrder: 1 }, // after the others of a mixed run: vitest wants it where the number differs
        },
      },
      { extends: true, test: { name: 'interop', include: ['tests/**/*.interop.test.ts'], ...slow } },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['tests/**/*.package.test.ts'],
          ...serial,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...again,
        },
      },
    ],
  },
})
