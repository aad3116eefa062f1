/** The terminals that are typed into, as a learner does it: keys in the window, answers of a real Python, celery and Redis. */
import { expect, test } from './fixtures.js'
import type { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

/** What the terminal shows, without what colours it and moves the cursor. */
async function shown(app: RunningApp, name: 'python' | 'console'): Promise<string> {
  return (await app.terminal(name)).replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '')
}

async function openTerminal(app: RunningApp, name: 'python' | 'console', tab: string): Promise<void> {
  await app.page.getByRole('tab', { name: tab, exact: true }).click()
  await expect.poll(() => shown(app, name), { timeout: 60_000 }).toMatch(name === 'python' ? />>> $/ : /\$ $/)
  await app.page.getByRole('textbox', { name: new RegExp(`^Terminal of ${name}`) }).focus()
}

/** Types keys and Enter; answers what appeared once the prompt is back. */
async function enter(app: RunningApp, name: 'python' | 'console', line: string): Promise<string> {
  const before = (await shown(app, name)).length
  await app.page.keyboard.type(line)
  await app.page.keyboard.press('Enter')
  const prompt = name === 'python' ? /\n>>> $/ : /\n\$ $/
  await expect
    .poll(async () => (await shown(app, name)).slice(before).slice(-2_000), { timeout: 60_000 })
    .toMatch(prompt)
  return (await shown(app, name)).slice(before)
}

async function theme(app: RunningApp, wanted: 'light' | 'dark'): Promise<void> {
  await app.page.evaluate((now) => {
    const { lab } = globalThis as unknown as { lab: { ask: (name: string, ask: object) => Promise<unknown> } }
    return lab.ask('settings.save', { theme: now })
  }, wanted)
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', wanted)
}

test('Python sends and waits, the console asks workers and Redis, by keys alone', async ({ app }) => {
  const words = await app.stageInWords()

  await test.step('a Python of the learner’s own', async () => {
    await openTerminal(app, 'python', '>>> python')
    expect(await enter(app, 'python', '1+1')).toContain('\n2\n')
    await enter(app, 'python', 'import tasks')
    expect(await enter(app, 'python', 'from tasks import send_conf\t')).toContain('import send_confirmation\n')
    await enter(app, 'python', 'r = send_confirmation.delay(1, "ada@example.com")')
    await expect(words).toContainText('Terminal python: last line r = send_confirmation.delay(1')
    await expect(words).toContainText('1 message sent')
  })

  await test.step('an arrow brings the line before back', async () => {
    const before = (await shown(app, 'python')).length
    await app.page.keyboard.press('ArrowUp')
    await expect.poll(async () => (await shown(app, 'python')).slice(before)).toContain('r = send_confirmation.delay(1')
    await app.page.keyboard.press('Control+c')
    await expect.poll(() => shown(app, 'python')).toMatch(/KeyboardInterrupt\n>>> $/)
  })

  await test.step('the console', async () => {
    await openTerminal(app, 'console', '$ console')
    expect(await enter(app, 'console', 'celery -A tasks status')).toMatch(/celery@worker1: OK|No nodes replied/)
    expect(await enter(app, 'console', 'redis-cli PING')).toContain('\nPONG\n')
    expect(await enter(app, 'console', 'LLEN celery')).toMatch(/\n\(integer\) \d+\n/)
  })

  await test.step('the keyboard leads out again', async () => {
    await app.page.keyboard.press('Shift+Tab')
    await expect(app.page.getByRole('textbox', { name: /^Terminal of console/ })).not.toBeFocused()
  })

  await app.stageAsPicture()
  for (const now of ['light', 'dark'] as const) {
    await theme(app, now)
    for (const [name, tab] of [
      ['python', '>>> python'],
      ['console', '$ console'],
    ] as const) {
      await app.page.getByRole('tab', { name: tab, exact: true }).click()
      await app.keepShot(`typed-${name}-${now}`)
    }
  }
})
