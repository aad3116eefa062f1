/** What a learner's code or files may do wrong: each gets a clear message in the window, and the app goes on. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from './fixtures.js'
import { listeningPorts } from './process-table.js'
import { RunningApp } from './running-app.js'
import type { Bridge } from '../../src-main/contract/pushes.js'

test.describe.configure({ timeout: 600_000 })

const phase = '01-what-celery-is'
const RETURN = "    return f'order {order_id} confirmed to {email}'"

test('tasks that return a set, print 100 MB, or never end; a file with an error; a text of 5 MB', async ({ app }) => {
  const words = await app.stageInWords()
  const status = app.region('Status')
  await app.side(/^0 s/)
  await app.editFile('web.py', "MAIL = 'inline'", "MAIL = 'background'")
  const good = await app.textOf('tasks.py')
  expect(good).toContain(RETURN)
  const replaceReturn = async (lines: string): Promise<void> => {
    await app.typeFile(
      'tasks.py',
      good.replace(RETURN, () => lines),
    )
    await app.save('tasks.py')
    await expect(words).toContainText('worker@1: ready')
  }

  await test.step('a set cannot be a result: the task fails, and says why', async () => {
    await replaceReturn('    return {order_id, email}')
    await app.side('Buy 1')
    await expect(status).toContainText('failed 1')
    expect(await app.terminal('worker@1')).toMatch(/EncodeError|not JSON serializable/)
  })

  await test.step('100 MB of output: the task ends, and the window stays quick', async () => {
    await replaceReturn(
      // With pauses, so that it goes on for a while also where printing is fast and the window is slow.
      "    import time\n    for _ in range(100):\n        time.sleep(0.2)\n        print('x' * 99 + '\\n' + ('y' * 99 + '\\n') * 10485)\n    return 'printed'",
    )
    await app.side('Buy 1')
    await expect(words).toContainText(/Child \d+: runs send_confirmation/)
    await app.page.getByRole('tab', { name: 'Timeline' }).click()
    await expect(app.page.getByRole('tab', { name: 'Timeline' })).toHaveAttribute('aria-selected', 'true')
    expect(await status.textContent(), 'the window answers while the task still prints').toContain('succeeded 0')
    await expect(status).toContainText('succeeded 1', { timeout: 180_000 })
    const text = await app.terminal('worker@1')
    expect(text.length).toBeLessThan(400_000)
    await app.keepShot('bad-100-mb')
  })

  await test.step('a syntax error is marked in the editor, and the last good worker goes on', async () => {
    const before = app.process('worker.cjs').pid
    await app.typeFile(
      'tasks.py',
      good.replace(RETURN, () => '    return (order_id'),
    )
    await app.save('tasks.py')
    await expect(app.region('Code').getByRole('alert')).toContainText(/never closed|SyntaxError|syntax/i)
    await expect(
      app.region('Code').locator('.cm-lint-marker-error, .cm-lintRange-error, .cm-problem-line').first(),
    ).toBeVisible()
    expect(app.process('worker.cjs').pid).toBe(before)
    expect(await app.terminal('worker@1')).toMatch(/SyntaxError/)
    await app.keepShot('bad-syntax')
  })

  await test.step('5 MB are refused in words, and stay in the editor', async () => {
    const code = await app.page.evaluate(async () => {
      const { lab } = globalThis as unknown as { lab: Bridge }
      const reply = await lab.ask('file.save', { name: 'tasks.py', text: '# five megabytes\n'.repeat(310_000) })
      return reply.ok ? 'saved' : `${reply.problem.code}: ${reply.problem.what}`
    })
    expect(code).toMatch(/^file-too-large: tasks\.py has 5\.\d MB/)
  })

  await test.step('a task that loops for ever: Stop, pressed twice, ends it', async () => {
    await replaceReturn('    while True:\n        pass')
    await app.side('Buy 1')
    await expect(words).toContainText(/Child \d+: runs send_confirmation/)
    const worker = app.process('worker.cjs').pid
    const stop = async (): Promise<void> => {
      await app.page.getByRole('button', { name: 'Worker worker@1', exact: true }).click()
      await app.page.getByRole('menuitem', { name: /^Stop/ }).click()
    }
    await app.stageAsPicture()
    await stop()
    const gone = (): boolean => !app.processes().some(({ pid }) => pid === worker)
    const wentAlone = await expect
      .poll(gone, { timeout: 8_000 })
      .toBe(true)
      .then(
        () => true,
        () => false,
      )
    if (!wentAlone) await stop()
    await expect.poll(gone).toBe(true)
    await app.keepShot('bad-endless')
  })

  await test.step('and the lab still works', async () => {
    await app.typeFile('tasks.py', good)
    await app.save('tasks.py')
    await app.side(/^Start worker/)
    await app.stageInWords()
    await expect(words).toContainText('worker@1: ready')
    await app.side('Buy 1')
    await expect(status).toContainText('succeeded 2')
  })
})

test('files on the disk that are not UTF-8, or of 5 MB, are told and kept', async ({ dataFolder }) => {
  const workspace = join(dataFolder, 'workspace', phase)
  mkdirSync(workspace, { recursive: true })
  writeFileSync(join(workspace, 'tasks.py'), Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x80, 0x0a]))
  writeFileSync(join(workspace, 'web.py'), '# five megabytes\n'.repeat(310_000))
  const app = await RunningApp.ready({ dataFolder })
  await app.openFile('tasks.py')
  await expect(app.region('Code').getByRole('alert')).toContainText('tasks.py on the disk is not UTF-8 text')
  await app.keepShot('bad-not-utf8')
  await app.openFile('web.py')
  await expect(app.region('Code').getByRole('alert')).toContainText('web.py on the disk has 5.0 MB')
  await test.step('Reset step begins again with the step’s own files', async () => {
    await app.press('Reset step')
    await app.notBusy()
    await expect(app.region('Code').getByRole('alert')).toHaveCount(0)
    await app.press('Buy a ticket')
    await app.expectGreen()
  })
  await app.end()
})

test('a port that another program took is told, and the mail server starts once it is free', async ({ app }) => {
  const words = await app.stageInWords()
  const world = app.process('world.cjs').pid
  const before = listeningPorts(world)
  await app.side(/^Stop mail server/)
  await expect(words).toContainText(/Mail server: .*(stopped|refuses)/)
  // The mail server listens twice: for anybody, and for learners' processes, which say who they are.
  const port = before.filter((one) => !listeningPorts(world).includes(one)).at(-1)
  expect(port).toBeGreaterThan(0)
  const squatter = createServer().listen(port, '127.0.0.1')
  await new Promise((listening) => squatter.once('listening', listening))
  await app.side(/^Start mail server/)
  const message = app.page.getByLabel('Problems').getByRole('alert')
  await expect(message).toContainText(String(port))
  await app.keepShot('bad-port-taken')
  await new Promise((closed) => squatter.close(closed))
  await app.side(/^Start mail server/)
  await expect(words).not.toContainText(/Mail server: .*(stopped|refuses)/)
  expect([...listeningPorts(world)].sort()).toEqual([...before].sort())
})
