/** However the app ends, its processes end too; and what the learner had is there again. */
import { expect, test } from './fixtures.js'
import { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

test('progress, saved files and unsaved text survive kill -9 and a restart', async ({ dataFolder }) => {
  const draft = '# typed and not saved\n'
  await test.step('a step done, one file saved, one not, then kill -9', async () => {
    const app = await RunningApp.ready({ dataFolder })
    await app.press('Buy a ticket')
    await app.expectGreen()
    await app.editFile('web.py', "MAIL = 'inline'", "MAIL = 'background'")
    await app.typeFile('tasks.py', draft)
    await expect(app.region('Status')).toContainText('not saved')
    await app.page.waitForTimeout(1000) // a draft is handed over half a second after the last key
    await app.end('SIGKILL')
  })
  for (const how of ['after kill -9', 'after an ordinary end']) {
    await test.step(how, async () => {
      const app = await RunningApp.ready({ dataFolder })
      await app.expectGreen()
      expect(await app.textOf('web.py')).toContain("MAIL = 'background'")
      await expect(await app.openFile('tasks.py')).toContainText('typed and not saved')
      await expect(app.region('Status')).toContainText('not saved')
      await app.end('close')
    })
  }
})

test('SIGKILL while the lab starts, and SIGTERM while a request is open, leave no process', async ({ dataFolder }) => {
  await test.step('SIGKILL while the lab starts', async () => {
    const app = await RunningApp.launch({ dataFolder })
    await expect.poll(() => app.processes().some(({ command }) => command.includes('redis'))).toBe(true)
    await app.end('SIGKILL')
  })
  await test.step('SIGTERM while the web app waits for the mail server', async () => {
    const app = await RunningApp.ready({ dataFolder })
    await app.press('Buy a ticket')
    await expect(await app.stageInWords()).toContainText('1 request waiting')
    await app.end('SIGTERM')
  })
  await test.step('SIGKILL while the web app waits for the mail server', async () => {
    const app = await RunningApp.ready({ dataFolder })
    await app.press('Buy a ticket')
    await expect(await app.stageInWords()).toContainText('1 request waiting')
    await app.end('SIGKILL')
  })
})
