/** No soft limit is lost, whatever Python was doing in that very moment: hundreds of them, at every offset. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
from celery.exceptions import SoftTimeLimitExceeded

@app.task
def busy(rounds):
    try:
        for n in range(rounds):
            pass
    except SoftTimeLimitExceeded:
        return 'soft limit'
    return 'not interrupted'

@app.task
def asleep(seconds):
    try:
        time.sleep(seconds)
    except SoftTimeLimitExceeded:
        return 'soft limit'
    return 'not interrupted'
`

const limits = 300
let python: PythonForTests

beforeAll(async () => {
  python = new PythonForTests({ 'tasks.py': tasks })
  await python.load()
})
afterAll(() => python.close())

/** How many of `limits` runs a soft limit ended, each at another moment of its first few milliseconds. */
async function ended(task: string, argument: number): Promise<number> {
  let count = 0
  for (let n = 0; n < limits; n++) {
    const running = python.run(task, [argument])
    setTimeout(() => python.runner.softTimeLimit(), 1 + (n % 7))
    const outcome = await running
    // Before the `try`, it is the task's own failure.
    if (outcome.kind === 'failure') expect(outcome.error.repr).toBe('SoftTimeLimitExceeded()')
    else expect(outcome).toMatchObject({ kind: 'success', resultJson: '"soft limit"' })
    count++
  }
  return count
}

// Four seconds of a loop on a fast machine: a limit that is lost shows as a task that ran to its end.
test('a busy loop hears every one', async () => {
  expect(await ended('busy', 20_000_000)).toBe(limits)
})

test('a sleep hears every one', async () => {
  expect(await ended('asleep', 2)).toBe(limits)
})
