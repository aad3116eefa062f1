/**
 * Phase 4 in the real window: the steps whose pages are shown in the window's own view, by "Show me". That each step's start is red and
 * its solution green is proven without a window by lessons:check; here the pages are loaded by the frame, and pictures are kept.
 */
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'
import type { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

const pageOf = (app: RunningApp) => app.page.frameLocator('iframe[title="A page of the ticket office"]')

async function setTheme(app: RunningApp, theme: 'Light' | 'Dark'): Promise<void> {
  await app.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByText(theme, { exact: true }).click()
  await app.page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}

async function open(app: RunningApp, title: string): Promise<void> {
  await app.region('Lesson').getByRole('button', { name: title }).click()
  await app.notBusy()
}

async function showMe(app: RunningApp): Promise<void> {
  await app.openStep.getByRole('button', { name: 'Show me' }).click()
  await app.expectGreen()
  await app.notBusy()
}

test('pages of Phase 4 tell in the window what the result store knows, and what it has forgotten', async ({ app }) => {
  await setTheme(app, 'Light')
  await app.page.getByRole('button', { name: /^Phase 4/ }).click()
  await expect(app.page.getByRole('heading', { name: 'Results and state' })).toBeVisible()
  await app.notBusy()

  await test.step('1 · a made-up job is PENDING', async () => {
    await app.press('Open a made-up job')
    await expect(pageOf(app).getByText('State: PENDING')).toBeVisible()
    await expectAccessible(app.page, 'a page and a question with several right answers')
    await showMe(app)
    await app.keepShot('phase-4-01-light')
  })
  await test.step('4 · the bar fills while the frame loads the page again and again', async () => {
    await open(app, 'How far is it?')
    await showMe(app)
    await expect(pageOf(app).getByText('16987 tickets in 2025')).toBeVisible()
    await app.keepShot('phase-4-04-light')
  })
  await test.step('5 · the record expires, and the page says done', async () => {
    await setTheme(app, 'Dark')
    await open(app, 'Records expire')
    await showMe(app)
    await expect(pageOf(app).getByText('State: done')).toBeVisible()
    await expect(app.region('Results').getByText('expired')).toBeVisible()
    await expectAccessible(app.page, 'an expired record, dark theme')
    await app.keepShot('phase-4-05-dark')
  })
  await test.step('10 · an order whose worker died is unknown, last seen … ago', async () => {
    await open(app, 'Challenge: the truth about an order')
    await showMe(app)
    await expect(pageOf(app).getByText(/unknown, last seen \d+ s ago/)).toBeVisible()
    await app.keepShot('phase-4-10-dark')
  })
})
