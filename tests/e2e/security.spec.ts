/** What the window may not do, tried from inside the page. */
import type { Page } from '@playwright/test'
import type { Bridge } from '../../src-main/contract/pushes.js'
import { expect, test } from './fixtures.js'

type LabPage = typeof globalThis & { lab: Bridge }

/** Playwright's own evaluate may use eval; a timer of the page may not, and that is what counts. */
function inPageTimer(page: Page, code: string): Promise<string> {
  return page.evaluate(
    (text) =>
      new Promise<string>((done) => {
        setTimeout(() => {
          try {
            done(`ran: ${String(new Function(text)())}`)
          } catch (error) {
            done(String(error))
          }
        }, 0)
      }),
    code,
  )
}

test('the page is shut in: no eval, no Node, no other origin, no navigation, no new windows, no permissions', async ({
  app,
}) => {
  const { page } = app
  await test.step('it comes from the app itself', () => expect(page.url()).toBe('app://window/index.html'))
  await test.step('eval is refused', async () => expect(await inPageTimer(page, 'return 1')).toContain('EvalError'))
  await test.step('inline scripts do not run', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.documentElement.dataset.ran = "yes"'
      document.head.append(script)
      return document.documentElement.dataset['ran'] ?? 'no'
    })
    expect(ran).toBe('no')
  })
  await test.step('Node is out of reach', async () => {
    const names = ['require', 'process', 'Buffer', 'global', 'module', '__dirname']
    const found = await page.evaluate((all) => all.filter((name) => name in globalThis), names)
    expect(found).toEqual([])
  })
  await test.step('the bridge has two functions and nothing else', async () => {
    expect(await page.evaluate(() => Object.keys((globalThis as LabPage).lab).sort())).toEqual(['ask', 'onPush'])
  })
  await test.step('windows are not opened, also not by middle click or target', async () => {
    expect(await page.evaluate(() => String(window.open('https://example.com/')))).toBe('null')
    expect(await page.evaluate(() => String(window.open('app://window/index.html')))).toBe('null')
    expect(page.context().pages()).toHaveLength(1)
  })
  await test.step('other pages are not loaded, and a frame is not either', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.com/'
      const frame = document.createElement('iframe')
      frame.src = 'https://example.com/'
      document.body.append(frame)
    })
    const refused = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'fetched',
        () => 'refused',
      ),
    )
    expect(refused).toBe('refused')
    expect(page.url()).toBe('app://window/index.html')
    await page.evaluate(() => document.querySelector('iframe')?.remove())
  })
  await test.step('files outside the window’s folder are not served', async () => {
    for (const path of ['/../main/main.cjs', '/%2e%2e/main/main.cjs', '/..%2fmain%2fmain.cjs', '//etc/passwd']) {
      const loaded = await page.evaluate(
        (source) =>
          new Promise<string>((done) => {
            const script = document.createElement('script')
            script.src = `app://window${source}`
            script.onload = () => done('loaded')
            script.onerror = () => done('refused')
            document.head.append(script)
          }),
        path,
      )
      expect(loaded, path).toBe('refused')
    }
  })
  await test.step('permissions are denied', async () => {
    const geolocation = await page.evaluate(
      async () => (await navigator.permissions.query({ name: 'geolocation' })).state,
    )
    expect(geolocation).toBe('denied')
  })
})

test('commands are answered only when they are known and their input fits', async ({ app }) => {
  const ask = (name: string, input: unknown): Promise<string> =>
    app.page.evaluate(
      async ({ name, input }) => {
        const bridge = (globalThis as LabPage).lab as {
          ask(name: string, input: unknown): Promise<{ ok: boolean; problem?: { code: string } }>
        }
        const reply = await bridge.ask(name, input)
        return reply.ok ? 'ok' : (reply.problem?.code ?? '')
      },
      { name, input },
    )
  expect(await ask('lesson.recheck', { step: 'no-such-step' })).not.toBe('ok')
  expect(await ask('shell.run', { command: 'id' })).toBe('unknown-command')
  expect(await ask('constructor', {})).toBe('unknown-command')
  expect(await ask('web.buy', { count: -1, path: '/buy', together: true })).toBe('bad-input')
  expect(await ask('web.buy', { count: 1, path: 'http://example.com/', together: true })).toBe('bad-input')
  expect(await ask('fault.apply', { kind: 'kill-child', worker: 'worker@1', pid: 1 })).toBe('bad-input')
  expect(await ask('file.save', { name: '../../../../etc/passwd', text: 'x' })).toBe('no-such-file')
  expect(await ask('settings.save', { theme: 'purple' })).toBe('bad-input')
  expect(await ask('settings.save', { theme: 'light' })).toBe('ok')
})
