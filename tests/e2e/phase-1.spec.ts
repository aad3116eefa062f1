/**
 * Phase 1 from the first start to the green challenge, as a new user takes it: by hand in the light theme, with "Show me"
 * in the dark one. Pictures of each step stay in shots/.
 */
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'
import type { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 900_000 })

async function setTheme(app: RunningApp, theme: 'Light' | 'Dark'): Promise<void> {
  await app.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByText(theme, { exact: true }).click()
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase())
  await app.page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}

async function answer(app: RunningApp, question: RegExp, option: string): Promise<void> {
  const group = app.openStep.getByRole('group', { name: question })
  await group.getByRole('button', { name: option }).click()
  await expect(group.getByText('Right.')).toBeVisible()
}

test('a new user takes Phase 1 by hand, in the light theme', async ({ app }) => {
  const shot = (step: number): Promise<void> => app.keepShot(`light-${String(step).padStart(2, '0')}`)
  await setTheme(app, 'Light')
  await expectAccessible(app.page, 'light theme, first step')

  await test.step('1 · the page waits for the mail', async () => {
    await app.openStep.getByRole('button', { name: 'About 4 seconds' }).click()
    await app.press('Buy a ticket')
    await app.expectGreen()
    await shot(1)
  })
  await test.step('2 · five buyers at once wait for each other', async () => {
    await app.nextStep()
    await app.press('Five buyers at once')
    await app.expectGreen()
    await shot(2)
  })
  await test.step('3 · one word in web.py hands the mail over', async () => {
    await app.nextStep()
    await app.editFile('web.py', "MAIL = 'inline'", "MAIL = 'background'")
    await app.pressUntilGreen('Buy a ticket')
    await shot(3)
  })
  await test.step('4 · the mail server stops, and only the inline page fails', async () => {
    await app.nextStep()
    await app.press('Stop mail server')
    await expect(app.region('Outside world').getByText('stopped')).toBeVisible()
    await app.press('Buy, mail inline')
    await app.press('Buy, mail in background')
    await app.expectGreen()
    await shot(4)
  })
  await test.step('5 · without a worker the message waits', async () => {
    await app.nextStep()
    await app.press('Buy a ticket')
    await app.expectGreen()
    await shot(5)
  })
  await test.step('6 · a worker picks it up', async () => {
    await app.nextStep()
    await app.press('Start worker@1')
    await app.expectGreen()
    await shot(6)
  })
  await test.step('7 · six jobs are sorted', async () => {
    await app.nextStep()
    for (const [question, option] of [
      [/ticket as a PDF/, 'Queue it'],
      [/seat 14C/, 'Do it now'],
      [/last year's sales/, 'Queue it'],
      [/card number/, 'Do it now'],
      [/Harbour logo/, 'Neither'],
      [/best-selling shows/, 'Neither'],
    ] as const) {
      await answer(app, question, option)
    }
    await app.expectGreen()
    await shot(7)
  })
  await test.step('8 · the quiz', async () => {
    await app.nextStep()
    await answer(app, /Where is the job/, 'broker')
    await answer(app, /202 Accepted/, 'broker has taken')
    await answer(app, /talks to the mail server/, 'child')
    await app.expectGreen()
    await shot(8)
  })
  await test.step('9 · the challenge: the slowest page, typed by hand', async () => {
    await app.nextStep()
    await app.editFile(
      'web.py',
      'send_confirmation(next(order_numbers), f',
      'send_confirmation.delay(next(order_numbers), f',
    )
    await app.pressUntilGreen('Book a group of ten')
    await shot(9)
    await expectAccessible(app.page, 'light theme, challenge done')
  })
  await test.step('10 · a note, and the whole phase is done', async () => {
    await app.nextStep()
    const words =
      'Web app takes an upload, the broker keeps a message with the id of the picture, a worker makes three sizes, the result is a column.'
    await app.openStep.getByRole('textbox', { name: 'Your note' }).fill(words)
    await app.expectGreen()
    await shot(10)
    await expect(app.page.getByLabel('Problems').getByRole('alert')).toHaveCount(0)
  })
})

test('"Show me" takes every step to green, in the dark theme', async ({ app }) => {
  await setTheme(app, 'Dark')
  await expectAccessible(app.page, 'dark theme, first step')
  for (let step = 1; step <= 9; step++) {
    await test.step(`step ${step}`, async () => {
      if (step > 1) await app.nextStep()
      await app.pressUntilGreen('Show me')
      await app.notBusy()
      await app.keepShot(`dark-${String(step).padStart(2, '0')}`)
    })
  }
  await expectAccessible(app.page, 'dark theme, challenge done')
})
