/** Drives the real app in the real Electron; no browser is downloaded. Needs a build in out/ and a display. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  // Each test file has an app, a Redis and a data folder of its own.
  workers: 2,
  // Generous: they end a test that hangs, and say nothing about how fast the app is on a machine that does other things too.
  timeout: 600_000,
  expect: { timeout: 90_000 },
  // On a build server a window that was in a hurry may show itself once more; the last lines of the run name it.
  retries: process.env['CI'] ? 1 : 0,
  reporter: [['list']],
  outputDir: 'test-results',
})
