/**
 * Phase 6 in the real window: "Show me" takes each step to green, beat stands on the stage with its schedule, and the table of a
 * crontab is used by hand. Pictures of some steps stay in shots/, light and dark.
 */
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'
import type { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 900_000 })

async function showMe(app: RunningApp): Promise<void> {
  await app.pressUntilGreen('Show me')
  await app.notBusy()
}

async function theme(app: RunningApp, dark: boolean): Promise<void> {
  await app.page.evaluate(
    async (theme) => {
      const { lab } = globalThis as unknown as { lab: { ask(name: string, ask: object): Promise<unknown> } }
      await lab.ask('settings.save', { theme })
    },
    dark ? 'dark' : 'light',
  )
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', dark ? 'dark' : 'light')
}

test('"Show me" takes every step of Phase 6 to green', async ({ app }) => {
  const { page } = app
  const shots = async (step: number): Promise<void> => {
    for (const dark of [false, true]) {
      await theme(app, dark)
      await app.keepShot(`phase-6-${String(step).padStart(2, '0')}-${dark ? 'dark' : 'light'}`)
    }
  }
  await page.getByRole('button', { name: /^Phase 6, / }).click()
  await expect(app.region('Lesson').getByRole('heading', { name: 'Scheduled tasks with beat' })).toBeVisible()
  await app.stepReady()

  await test.step('1 · by hand: the station says that beat is off, and what it sends once it runs', async () => {
    const beat = app.region('beat')
    await expect(beat.getByText('Nothing is scheduled while beat is off.')).toBeVisible()
    await app.openStep.getByRole('button', { name: 'Messages pile up in the queue' }).click()
    await app.editFile(
      'tasks.py',
      'app.conf.beat_schedule = {}',
      "app.conf.beat_schedule = {'tally-sales': {'task': 'tasks.tally_sales', 'schedule': EVERY}}",
    )
    await app.press('Start beat')
    await app.expectGreen()
    await expect(beat.getByText('tally-sales')).toBeVisible()
    await expect(beat.getByText('every 1 s')).toBeVisible()
    await expectAccessible(page, 'light theme, beat runs')
    await shots(1)
  })
  for (const step of [2, 3, 4, 5, 6]) {
    await test.step(`step ${step}`, async () => {
      await app.nextStep()
      if (step === 4) {
        await app.press('Start a second beat')
        await expect(app.region('beat@2').getByText('ticking')).toBeVisible()
        await shots(step)
      }
      await showMe(app)
    })
  }
  await test.step('7 · by hand: the runs are found in the table, and another crontab is typed', async () => {
    await app.nextStep()
    const mark = (name: RegExp) => app.openStep.getByRole('button', { name }).first()
    await expect(app.openStep.getByText(/30 minutes past the hour/)).toBeVisible()
    await mark(/^Sun 01:30 CEST: comes twice/).click()
    await expect(app.openStep.getByText('Not so.')).toBeVisible()
    await mark(/^Sun 02:30 CET: comes twice/).click()
    await mark(/^Sun 03:30 CET: one was left out/).click()
    await expect(app.openStep.getByText('Right.')).toBeVisible()
    await app.expectGreen()
    await expectAccessible(page, 'dark theme, crontab table')
    await shots(7)
    await app.openStep.getByRole('textbox', { name: 'crontab' }).fill('30 2 * * *')
    await expect(app.openStep.getByText('At 02:30, every day.')).toBeVisible()
    await app.openStep.getByRole('textbox', { name: 'crontab' }).fill('61 2 * * *')
    await expect(app.openStep.getByText(/is not a crontab that Celery understands/)).toBeVisible()
  })
  for (const step of [8, 9, 10, 11]) {
    await test.step(`step ${step}`, async () => {
      await app.nextStep()
      await showMe(app)
      if (step !== 9) await shots(step)
    })
  }
})
