/** What is broken is seen on the stage, with what became of every message. One app, one thing after the other. */
import { expect, test } from './fixtures.js'
import type { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

async function slowMail(app: RunningApp, choice: '0 s' | '10 s'): Promise<void> {
  const button = app.region('Break it, trace and outbox').getByRole('button', { name: choice, exact: true })
  await button.click()
  await expect(button).toHaveAttribute('aria-pressed', 'true')
}

function results(app: RunningApp, state: string) {
  return app.page.locator('button.result').filter({ hasText: state })
}

test('killed children and workers, a restart, a slow and a stopped mail server', async ({ app }) => {
  const words = await app.stageInWords()
  await test.step('mails leave in the background from now on', async () => {
    await app.editFile('web.py', "MAIL = 'inline'", "MAIL = 'background'")
    await expect(words).toContainText('idle')
  })

  await test.step('a slow mail server keeps a child busy, and its message is already acked', async () => {
    await slowMail(app, '10 s')
    await app.side('Buy 1')
    await expect(words).toContainText(/Child \d+: runs send_confirmation \w+, already acked/)
    await app.keepShot('break-slow-mail')
  })

  await test.step('kill one child: the task is lost as WorkerLostError, and the pool replaces the child', async () => {
    const before = app.processes().filter(({ command }) => command.includes('pool-process'))
    await app.side(/^kill one child/)
    await expect(words).toContainText(/Child \d+: ended by SIGKILL/)
    await expect(words).toContainText('Results: 1')
    await app.stageAsPicture()
    await expect(results(app, 'FAILURE')).toHaveAttribute('title', /WorkerLostError/)
    await expect
      .poll(() => app.processes().filter(({ command }) => command.includes('pool-process')).length)
      .toBe(before.length)
    await app.keepShot('break-kill-child')
    await app.stageInWords()
  })

  await test.step('kill -9 the worker: the whole tree is gone, and the stage says what was lost with it', async () => {
    await app.side('Buy 1')
    await expect(words).toContainText(/Child \d+: runs send_confirmation \w+, already acked/)
    const tree = app.processes().filter(({ command }) => /pool-process|worker\.cjs/.test(command))
    expect(tree.length).toBeGreaterThanOrEqual(3)
    await app.side(/^kill -9 worker/)
    await expect(words).toContainText('worker@1: not running')
    await expect(words).toContainText('1 task lost with worker@1, as far as anyone knows')
    await expect.poll(() => app.processes().filter(({ pid }) => tree.some((one) => one.pid === pid))).toEqual([])
    await app.keepShot('break-kill-worker')
  })

  await test.step('a message sent meanwhile waits, and a new worker takes it', async () => {
    await slowMail(app, '0 s')
    await app.side('Buy 1')
    await expect(words).toContainText('Queue celery: 1 message waiting')
    await app.side(/^Start worker/)
    await expect(words).toContainText('worker@1: ready')
    await expect(words).toContainText('Queue celery: 0 messages waiting')
    await expect(app.region('Status')).toContainText('succeeded 1')
  })

  await test.step('restart: another pid, and it works', async () => {
    const before = app.process('worker.cjs').pid
    await app.side(/^Restart worker/)
    await expect.poll(() => app.processes().some(({ pid }) => pid === before)).toBe(false)
    await expect(words).toContainText('worker@1: ready')
    expect(app.process('worker.cjs').pid).not.toBe(before)
    await app.side('Buy 1')
    await expect(app.region('Status')).toContainText('succeeded 2')
  })

  await test.step('stop the mail server: the next task fails with the refusal, and works again after a start', async () => {
    await app.side(/^Stop mail server/)
    await expect(words).toContainText(/Mail server: .*(stopped|refuses)/)
    await app.side('Buy 1')
    await expect(app.region('Status')).toContainText('failed 2')
    expect(await app.terminal('worker@1')).toContain('ConnectionRefusedError')
    await app.side(/^Start mail server/)
    await expect(words).not.toContainText(/Mail server: .*(stopped|refuses)/)
    await app.side('Buy 1')
    await expect(app.region('Status')).toContainText('succeeded 3')
  })
})
