/** axe-core in the page. It is injected through the debugger, which the page's own Content-Security-Policy does not bind. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly rule: string
  readonly impact: string
  readonly where: readonly string[]
}

/** Fails on serious and critical violations, naming rule and element. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axeSource)
  const { findings, rulesPassed } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    const { violations, passes } = await axe.run()
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
  })
  expect(rulesPassed, 'axe-core has looked at the page').toBeGreaterThan(15)
  expect(findings, `serious findings of axe-core: ${what}`).toEqual([])
}
