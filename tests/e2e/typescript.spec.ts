/** The switch above the editor: tasks in TypeScript, by keyboard, and the learner's Python again after it. */
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'

test.describe.configure({ timeout: 240_000 })

test('a learner turns a step into TypeScript, breaks it, solves it, and finds the Python edits again', async ({
  app,
}) => {
  const { page } = app
  const group = page.getByRole('radiogroup', { name: 'Language of the tasks' })
  const python = group.getByRole('radio', { name: 'Python' })
  const typescript = group.getByRole('radio', { name: 'TypeScript' })

  await test.step('a step about the project for real Celery is in Python, and says why', async () => {
    await app.openAt('08-where-next', '07-take-it-with-you')
    await expect(python).toHaveAttribute('aria-checked', 'true')
    await expect(typescript).toHaveAttribute('aria-disabled', 'true')
    await expect(typescript).toHaveAttribute('title', /real Celery, whose tasks are written in Python/)
  })

  await test.step('the arrow keys turn it, and the step is built anew', async () => {
    await app.openAt('02-broker-and-worker', '04-follow-one-task')
    await app.editFile('tasks.py', 'Your ticket, order', 'Your seat, order')
    await python.focus()
    await page.keyboard.press('ArrowRight')
    await expect(typescript).toHaveAttribute('aria-checked', 'true')
    await expect(typescript).toBeFocused()
    await app.notBusy()
    await expect(page.getByRole('tab', { name: /^tasks\.ts/ })).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('textbox', { name: /^tasks\.ts, TypeScript/ })).toBeVisible()
    await expectAccessible(page, 'a step in TypeScript')
    await expect(group).toBeInViewport({ ratio: 1 })
    await app.keepShot('typescript')
  })

  await test.step('a mistake is shown at its line, and what runs goes on', async () => {
    await page.getByRole('textbox', { name: /^tasks\.ts/ }).click({ position: { x: 40, y: 10 } })
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.insertText('const ;\n')
    await app.save('tasks.ts')
    await expect(page.getByRole('alert').filter({ hasText: 'tasks.ts, line 1' })).toBeVisible()
    await page.getByRole('button', { name: 'Reset file' }).click()
    await app.saveButton('tasks.ts').click()
    await expect(app.saveButton('tasks.ts')).toHaveText(/Saved/)
    await expect(page.getByRole('alert').filter({ hasText: 'tasks.ts' })).toHaveCount(0, { timeout: 60_000 })
  })

  await test.step('show me turns it green with the same checks', async () => {
    await app.region('Lesson').getByRole('button', { name: 'Show me' }).first().click()
    await app.notBusy()
    await app.expectGreen()
  })

  await test.step('the way back leads to what was edited in Python', async () => {
    await typescript.focus()
    await page.keyboard.press('ArrowLeft')
    await expect(python).toHaveAttribute('aria-checked', 'true')
    await app.notBusy()
    expect(await app.textOf('tasks.py')).toContain('Your seat, order')
    expect(await app.textOf('tasks.ts')).toBe('')
  })
})
