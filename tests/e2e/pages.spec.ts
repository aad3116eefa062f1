/** The ticket office's pages inside the window: shown, loaded again, and kept in their box. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expectAccessible } from './accessibility.js'
import { expect, test } from './fixtures.js'

test.describe.configure({ timeout: 240_000 })

/** Navigating the top frame, reading the parent's bridge, an own bridge, a window. */
const OUTCOME = 'SecurityError SecurityError undefined null'

/** A page that tries to get out: by its own frame, the window's top frame, and a picture. */
const NOSY_PAGE = (elsewhere: string): string => `
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/html; charset=utf-8')])
    return [b'''<h1>Harbour</h1><a href="/next">Next page</a><p id="said">nothing</p>
      <img src="${elsewhere}/picture.png" alt="">
      <script>
        const tried = (what) => { try { return String(what()) } catch (error) { return error.name } }
        const out = tried(() => { window.top.location = '${elsewhere}/top' })
        said.textContent = [out, tried(() => window.parent.lab), typeof window.lab, tried(() => window.open('/'))].join(' ')
        fetch('${elsewhere}/fetched').catch(() => 0)
      </script>
      <iframe src="${elsewhere}/inner"></iframe>''']
`

test('a page of the web app is shown in its box, and cannot leave it', async ({ app }) => {
  const visitors: string[] = []
  const elsewhere = createServer((request, response) => {
    visitors.push(request.url ?? '')
    response.end('elsewhere')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  const { page } = app
  const panel = page.getByRole('region', { name: "Harbour's pages" })
  const frame = page.frameLocator('iframe[title="A page of the ticket office"]')

  await page.getByRole('tab', { name: 'Pages' }).click()
  await expect(panel.getByText('A page of the ticket office appears here')).toBeVisible()
  await panel.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(frame.getByText('Harbour tickets.')).toBeVisible()
  await expect(panel.getByRole('listitem').first()).toContainText('GET /')
  await expectAccessible(page, 'a page of the ticket office')

  await app.typeFile('web.py', NOSY_PAGE(url))
  await app.save('web.py')
  await page.getByRole('tab', { name: 'Pages' }).click()
  await panel.getByRole('button', { name: 'Reload' }).click()
  await expect(frame.locator('#said')).toHaveText(OUTCOME)
  // The web app has just been restarted: its page may be loaded once more in the very moment of the click.
  await expect(() => frame.getByRole('link', { name: 'Next page' }).click({ timeout: 5_000 })).toPass()
  await expect(panel.getByLabel('Path of the page')).toHaveValue('/next')
  await expect(frame.locator('#said')).toHaveText(OUTCOME)
  expect(await page.evaluate(() => location.href)).toMatch(/^app:\/\/window\//)
  expect(visitors).toEqual([])
  await new Promise((resolve) => elsewhere.close(resolve))
})
