/**
 * Marks a test that passed on its second try, which a build server allows (vitest.config.ts): the run's last lines name
 * it (scripts/test-stages/counted.mjs), so that a race is seen and not hidden.
 */
import { afterEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    tries?: number
  }
}

afterEach(({ task }) => {
  const again = task.result?.retryCount ?? 0
  if (again > 0) task.meta.tries = again + 1
})
