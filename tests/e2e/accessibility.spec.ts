/** Every step of the course on screen, for axe-core in both themes; every control within reach of the keyboard; nothing moves for those who asked for that. */
import type { Page } from '@playwright/test'
import type { Bridge } from '../../src-main/contract/pushes.js'
import type { LessonView, StepView } from '../../src-main/contract/views.js'
import { bringAxe, lookWithAxe } from './accessibility.js'
import { expect, test } from './fixtures.js'
import { badAtTab, watchMotion } from './keyboard.js'
import type { RunningApp } from './running-app.js'
import { done, holdLessonBack, lessonOf, showLesson } from './whole-course.js'

test.describe.configure({ timeout: 600_000 })

const THEMES = ['light', 'dark'] as const

const setTheme = (page: Page, theme: (typeof THEMES)[number]): Promise<void> =>
  page.evaluate((wanted) => void (document.documentElement.dataset['theme'] = wanted), theme)

async function reduceMotion({ page }: RunningApp): Promise<void> {
  await page.evaluate(async () => {
    await (globalThis as unknown as { lab: Bridge }).lab.ask('settings.save', { reducedMotion: 'on' })
  })
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced')
}

/** The window has drawn this phase with this step open, in this state. */
async function drawn(page: Page, { phase, steps }: LessonView, at: number): Promise<void> {
  const isDone = steps[at]?.state === 'done'
  await page.waitForFunction(
    ({ title, at: place, isDone: green }) => {
      const step = document.querySelectorAll('.steps > li')[place]
      const there = step?.getAttribute('aria-current') === 'step' && step.classList.contains('done') === green
      return there && document.querySelector('.lesson h1')?.textContent === title
    },
    { title: phase.title, at, isDone },
  )
}

test('every step of every phase has no serious finding in either theme', async ({ app }) => {
  const { page } = app
  const { view } = await app.snapshot()
  await holdLessonBack(app)
  await reduceMotion(app) // a colour on its way to another theme is no colour of ours
  await bringAxe(page)
  const found: string[] = []
  let looks = 0
  for (const [turn, theme] of THEMES.entries()) {
    await setTheme(page, theme)
    for (const { id, number } of view.phases) {
      const lesson = await lessonOf(app, id)
      for (const [at, step] of lesson.steps.entries()) {
        // At its start in one theme and done in the other; the next step has it the other way round. Only colours differ by theme.
        const shown = (at + turn) % 2 === 0 ? ({ ...step, state: 'now' } satisfies StepView) : done(step)
        const steps = lesson.steps.map((one) => (one.id === step.id ? shown : one))
        await showLesson(app, { ...lesson, steps }, view.phases, step.id)
        await drawn(page, { ...lesson, steps }, at)
        const part = at === 0 ? '.lesson' : '.steps > .open'
        const { findings, rulesPassed } = await lookWithAxe(page, part, turn === 0 ? null : ['color-contrast'])
        expect(rulesPassed, 'axe-core has looked at the step').toBeGreaterThan(turn === 0 ? 5 : 0)
        const what = `phase ${number} step ${at + 1}, ${shown.state}, ${theme}`
        found.push(...findings.map(({ rule, where }) => `${what}: ${rule} ${where.join(' | ')}`))
        looks += 1
      }
    }
  }
  expect(looks).toBeGreaterThan(2 * 80)
  expect(found).toEqual([])
})

test('Tab reaches every control, each shows its focus, and nothing moves for those who asked for that', async ({
  app,
}) => {
  const { page } = app
  expect(await badAtTab(page, 200)).toEqual([])
  await app.keepShot('focus')
  await reduceMotion(app)
  const seen = await watchMotion(page)
  await app.press('Buy a ticket')
  await app.expectGreen()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.keyboard.press('Escape')
  expect(await seen()).toEqual([])
})
