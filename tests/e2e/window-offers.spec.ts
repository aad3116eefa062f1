/** What the window offers across lessons: links from outside, and more to come. One app for what needs none of its own. */
import { spawn } from 'node:child_process'
import { expect, test } from './fixtures.js'
import { RunningApp, electronProgram, environment, launchArguments } from './running-app.js'

test.describe.configure({ timeout: 300_000 })

const stepNumber = (app: RunningApp, number: number) =>
  expect(app.region('Status')).toContainText(`Phase 1 · step ${number} of`)

test('a link opens its step: at the start, from a second start, and a wrong one says what was expected', async ({
  dataFolder,
}) => {
  const app = await RunningApp.ready({ dataFolder, args: ['celery-from-zero://phase/1/step/3'] })
  await stepNumber(app, 3)
  await test.step('a second start hands its link to the first, and ends', async () => {
    const args = launchArguments({ dataFolder, args: ['celery-from-zero://phase/1/step/2'] })
    const second = spawn(await electronProgram(), args, { env: environment(), stdio: 'ignore' })
    expect(await new Promise((ended) => second.once('exit', ended))).toBe(0)
    await stepNumber(app, 2)
    await app.notBusy()
  })
  await test.step('macOS hands a link over while the app runs', async () => {
    await app.inMain(({ app: electronApp }) => {
      electronApp.emit('open-url', { preventDefault: () => undefined }, 'celery-from-zero://phase/1/step/4')
    })
    await stepNumber(app, 4)
    await app.notBusy()
  })
  await test.step('links that lead nowhere are told, and the learner stays', async () => {
    for (const [link, code] of [
      ['celery-from-zero://phase/one', 'deep-link-malformed'],
      ['celery-from-zero://phase/1/step/99', 'no-such-step'],
    ] as const) {
      await app.inMain(({ app: electronApp }, text) => {
        electronApp.emit('open-url', { preventDefault: () => undefined }, text)
      }, link)
      await expect(app.problem(code)).toBeVisible()
    }
    await app.keepShot('link-nowhere')
    await stepNumber(app, 4)
  })
  await test.step('the step’s own link is copied, and is one that opens it', async () => {
    await app.openStep.getByRole('button', { name: 'More for this step' }).click()
    await app.page.getByRole('menuitem', { name: /Copy link to this step/ }).click()
    await expect(app.openStep.getByRole('status').filter({ hasText: 'Copied' })).toContainText('phase/1/step/4')
    expect(await app.inMain(({ clipboard }) => clipboard.readText())).toBe('celery-from-zero://phase/1/step/4')
  })
  await app.end()
})
