/** axe-core in the page. It is injected through the debugger, which the page's own Content-Security-Policy does not bind. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface Finding {
  readonly rule: string
  readonly impact: string
  readonly where: readonly string[]
}

export interface Looked {
  readonly findings: readonly Finding[]
  readonly rulesPassed: number
}

export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axeSource)
}

/** Serious and critical violations within a part of the page, or in all of it; by all rules, or by some. */
export function lookWithAxe(page: Page, part = 'html', rules: readonly string[] | null = null): Promise<Looked> {
  return page.evaluate(
    async ([selector, only]) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: string, options: RunOptions): Promise<AxeResults> }
      }
      // What the window does by itself once it has drawn: code that is wider than its place gets a Tab stop.
      await document.fonts.ready
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
      // A colour that fades is on its way: what counts is where it ends.
      const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
      await Promise.allSettled(fading.map(({ finished }) => finished))
      const { violations, passes } = await axe.run(selector, {
        resultTypes: ['violations'], // what has passed is only counted
        ...(only === null ? {} : { runOnly: [...only] }),
      })
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }): Finding => ({
          rule: id,
          impact: impact ?? '',
          where: nodes
            .slice(0, 5)
            .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary?.slice(0, 300) ?? ''}`),
        }))
      return { findings: serious, rulesPassed: passes.length }
    },
    [part, rules] as const,
  )
}

/** Fails on serious and critical violations, naming rule and element. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await bringAxe(page)
  const { findings, rulesPassed } = await lookWithAxe(page)
  expect(rulesPassed, 'axe-core has looked at the page').toBeGreaterThan(15)
  expect(findings, `serious findings of axe-core: ${what}`).toEqual([])
}
