/** What the window offers across lessons: links from outside, and more to come. One app for what needs none of its own. */
import { spawn } from 'node:child_process'
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'
import type { Bridge } from '../../src-main/contract/pushes.js'
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

const THEMES = ['light', 'dark'] as const

async function setTheme(app: RunningApp, theme: (typeof THEMES)[number]): Promise<void> {
  await app.page.evaluate(async (wanted) => {
    await (globalThis as unknown as { lab: Bridge }).lab.ask('settings.save', { theme: wanted })
  }, theme)
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', theme)
}

/** Looks at what is on screen in both themes: axe-core, and a picture of each. */
async function lookAt(app: RunningApp, name: string): Promise<void> {
  for (const theme of THEMES) {
    await setTheme(app, theme)
    await expectAccessible(app.page, `${name}, ${theme} theme`)
    await app.keepShot(`offer-${name}-${theme}`)
  }
}

test('the course is looked up by keyboard: search, pitfalls and glossary lead to each other and to steps', async ({
  app,
}) => {
  const { page } = app
  const keyboard = page.keyboard
  await test.step('a step is found and opened', async () => {
    await keyboard.press('Control+Shift+F')
    await expect(page.getByRole('combobox', { name: /^Search lessons/ })).toBeFocused()
    await keyboard.insertText('accepted is not')
    await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('Accepted is not done')
    await lookAt(app, 'search')
    await keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden()
    await stepNumber(app, 5)
    await app.notBusy()
  })
  await test.step('a word is found and shown in the glossary', async () => {
    await keyboard.press('Control+Shift+F')
    await keyboard.insertText('redelivered')
    await keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Glossary' }).locator('dt.wanted')).toHaveText('redelivered')
    await lookAt(app, 'glossary')
    await keyboard.press('Escape')
  })
  await test.step('a pitfall is found, opened in its list, and the list can be narrowed', async () => {
    await keyboard.press('Control+Shift+F')
    await keyboard.insertText('pending for ever')
    await keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Pitfalls' })
    await expect(dialog.locator('#pitfall-27')).toHaveAttribute('open', '')
    await expect(dialog.locator('#pitfall-27 summary')).toBeFocused()
    await expect(dialog.locator('#pitfall-27')).toContainText('PENDING is not stored')
    await lookAt(app, 'pitfalls')
    await dialog.getByRole('searchbox').fill('two beats')
    await expect(dialog.locator('details')).toHaveCount(1)
    await dialog.getByRole('searchbox').fill('no such words')
    await expect(dialog).toContainText('No pitfall has all of these words')
    await keyboard.press('Escape')
    await expect(dialog).toBeHidden()
  })
})
