/** What the window offers across lessons: links from outside, and more to come. One app for what needs none of its own. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'
import type { Bridge } from '../../src-main/contract/pushes.js'
import { quoted } from './namespace.js'
import { RunningApp, electronProgram, environment, launchArguments } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

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
  await test.step('who types at once types into the dialog, however slowly the window draws', async () => {
    await page.evaluate(() => {
      const soon = window.requestAnimationFrame.bind(window)
      Object.assign(window, {
        soon,
        requestAnimationFrame: (draw: FrameRequestCallback) => setTimeout(() => soon(draw), 2_000),
      })
    })
    await page.getByRole('button', { name: 'Settings' }).focus()
    await keyboard.press('Control+k')
    await keyboard.insertText('glossary')
    await keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Glossary' })).toBeVisible()
    await keyboard.press('Escape')
    await page.evaluate(() => Object.assign(window, { requestAnimationFrame: Reflect.get(window, 'soon') as unknown }))
  })
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

/** The start screen is there until Redis, the web app and the worker are: this Redis takes long enough for it to be read. */
async function programWithSlowRedis(folder: string): Promise<string> {
  const redis = join(folder, 'slow-redis-server')
  const program = join(folder, 'electron-with-slow-redis')
  writeFileSync(redis, '#!/bin/sh\n[ "$1" = --version ] || sleep 4\nexec redis-server "$@"\n', { mode: 0o755 })
  const lines = [`export CFZ_REDIS_BINARY=${quoted(redis)}`, `exec ${quoted(await electronProgram())} "$@"`]
  writeFileSync(program, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 })
  return program
}

test('a card is kept, written in, shown with its run, exported, and there again after kill -9 at the same step', async ({
  dataFolder,
}) => {
  const app = await RunningApp.ready({ dataFolder, args: ['celery-from-zero://phase/1/step/3'] })
  const { page } = app
  const notebook = page.getByRole('dialog', { name: 'Notebook' })
  await test.step('the step with the aha turns green, and the card is there', async () => {
    await app.press('Show me')
    await app.expectGreen()
    await app.openStep.getByRole('button', { name: 'Kept in your notebook' }).click()
    await expect(notebook.getByRole('article', { name: 'Card of phase 1' })).toContainText(
      'A queue does not make work faster',
    )
    await notebook.getByRole('textbox', { name: 'In your own words' }).fill('The mail moved next door.')
    await notebook.getByRole('button', { name: /^Show the run/ }).click()
    await expect(notebook.getByRole('list', { name: 'What happened' })).toContainText('POST /buy answered')
    await lookAt(app, 'notebook')
    await page.keyboard.press('Escape')
    await expect(notebook).toBeHidden()
    await lookAt(app, 'lesson')
  })
  await test.step('a phase is exported in three kinds, where the dialog says', async () => {
    const folder = join(dataFolder, 'exported')
    mkdirSync(folder)
    await page.keyboard.press('Control+k')
    await page.keyboard.insertText('print or export')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Print or export a phase' })
    await lookAt(app, 'export')
    for (const [kind, ending] of [
      ['Markdown', 'md'],
      ['Web page', 'html'],
      ['PDF', 'pdf'],
    ] as const) {
      const file = join(folder, `phase.${ending}`)
      await app.inMain(({ dialog: electronDialog }, filePath) => {
        electronDialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath })) as never
      }, file)
      await dialog.getByRole('button', { name: new RegExp(`^${kind}`) }).click()
      await expect(dialog.getByText(`Written: ${file}`)).toBeVisible()
    }
    expect(readFileSync(join(folder, 'phase.md'), 'utf8')).toContain('> The mail moved next door.')
    expect(readFileSync(join(folder, 'phase.html'), 'utf8')).toContain('<h1>Phase 1: What Celery is and why</h1>')
    const pdf = readFileSync(join(folder, 'phase.pdf'))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.length).toBeGreaterThan(20_000)
    cpSync(folder, join(import.meta.dirname, 'shots', 'exported'), { recursive: true })
    await test.step('a folder that is not there is told', async () => {
      await app.inMain(
        ({ dialog: electronDialog }, filePath) => {
          electronDialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath })) as never
        },
        join(folder, 'nowhere', 'phase.md'),
      )
      await dialog.getByRole('button', { name: /^Markdown/ }).click()
      await expect(app.problem('document-not-saved')).toContainText('phase.md could not be written')
    })
    await page.keyboard.press('Escape')
  })
  await test.step('the lab is exported as a project, into a new folder of the one that is chosen', async () => {
    const parent = join(dataFolder, 'projects')
    mkdirSync(parent)
    await app.inMain(({ dialog, shell }, folder) => {
      dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [folder] })) as never
      shell.showItemInFolder = () => undefined
    }, parent)
    await page.getByRole('button', { name: 'Course', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Export my lab/ }).click()
    const readme = join(parent, 'harbour', 'README.md')
    await expect.poll(() => existsSync(readme) && readFileSync(readme, 'utf8')).toContain('docker compose up')
    expect(readFileSync(join(parent, 'harbour', 'tasks.py'), 'utf8')).toContain('def send_confirmation')
  })
  await test.step('after kill -9 the same step is open, the words are there, and the start screen says how far', async () => {
    await page.getByRole('button', { name: /^Next: step/ }).click()
    await app.notBusy()
    await app.end('SIGKILL')
    const progress = join(dataFolder, 'progress.json')
    writeFileSync(progress, readFileSync(progress, 'utf8').replace(/"dueAtMs": \d+/, '"dueAtMs": 0')) // a day has passed
    const again = await RunningApp.launch({ dataFolder, program: await programWithSlowRedis(dataFolder) })
    await expect(again.page.getByRole('region', { name: 'Your progress' })).toContainText('1 of 10')
    await again.keepShot('offer-start')
    await again.stepReady()
    await stepNumber(again, 4)
    await again.page.getByRole('button', { name: 'Course', exact: true }).click()
    await again.page.getByRole('menuitem', { name: /^Notebook/ }).click()
    await expect(again.page.getByRole('textbox', { name: 'In your own words' })).toHaveValue(
      'The mail moved next door.',
    )
    await test.step('a guess whose time has come is asked once more', async () => {
      const guess = again.page.getByRole('article', { name: 'Guess of phase 1, step 3' })
      await guess.getByRole('button', { name: /^About 4 seconds/ }).click()
      await expect(guess).toContainText('Right.')
      await expect(guess).toContainText('Asked again in 3 days.')
      await lookAt(again, 'guess-again')
    })
    await again.page.getByRole('button', { name: 'Delete' }).click()
    await again.page.getByRole('button', { name: 'Yes, delete this card' }).click()
    await expect(again.page.getByRole('dialog')).toContainText('No card yet')
    await again.end()
  })
})

test('a new user is shown around once: five stops, by keyboard, and never again unasked', async ({ dataFolder }) => {
  const app = await RunningApp.launch({ dataFolder, tour: true })
  const { page } = app
  const { keyboard } = page
  const card = page.locator('.driver-popover')
  await test.step('five stops, there and back, without waiting for the frame to come to rest', async () => {
    await expect(card).toContainText('1 of 5', { timeout: 120_000 })
    await app.notBusy()
    await keyboard.press('ArrowLeft')
    await expect(card, 'nothing stands before the first stop').toContainText('1 of 5')
    await lookAt(app, 'tour')
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'Enter']) await keyboard.press(key)
    await expect(card).toContainText('3 of 5')
  })
  await test.step('the keys do not depend on where the focus is', async () => {
    const editor = page.getByRole('textbox', { name: /, Python/ })
    const before = (await app.snapshot()).view.files
    await editor.focus()
    await keyboard.press('ArrowRight')
    await expect(card).toContainText('4 of 5')
    await editor.focus()
    await keyboard.press('Enter')
    await expect(card).toContainText('5 of 5')
    expect((await app.snapshot()).view.files, 'the editor got none of them').toEqual(before)
    await lookAt(app, 'tour-end')
    await keyboard.press('Enter')
    await expect(card).toHaveCount(0)
  })
  await test.step('the step’s button and the next step are reached without a mouse', async () => {
    await keyboard.press('Control+k')
    await keyboard.insertText('Buy a ticket')
    await keyboard.press('Enter')
    await app.expectGreen()
    const next = page.getByRole('button', { name: /^Next: step 2/ })
    for (let presses = 0; presses < 80 && !(await isFocused(next)); presses++) await keyboard.press('Tab')
    await expect(next).toBeFocused()
    await keyboard.press('Enter')
    await stepNumber(app, 2)
    await app.notBusy()
  })
  await test.step('it is not shown again, but can be asked for, and Escape skips it at once', async () => {
    await app.end()
    const again = await RunningApp.ready({ dataFolder, tour: true })
    const shown = again.page.locator('.driver-popover')
    await expect(shown).toHaveCount(0)
    await again.page.keyboard.press('Control+k')
    await again.page.keyboard.insertText('tour of the window')
    await again.page.keyboard.press('Enter')
    await expect(shown).toContainText('1 of 5')
    await again.page.keyboard.press('Escape')
    await expect(shown).toHaveCount(0)
    await again.page.keyboard.press('ArrowRight')
    await expect(shown).toHaveCount(0)
    await again.end()
  })
})

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement)
