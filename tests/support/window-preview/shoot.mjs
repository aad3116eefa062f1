/**
 * Pictures of the built preview: `node tests/support/window-preview/shoot.mjs OUT-FOLDER-OF-VITE PICTURES-FOLDER name:scene:theme:WIDTHxHEIGHT …`,
 * with Debian's chromium;
 * says what axe-core finds serious in each.
 */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { chromium } from '@playwright/test'

const [built, pictures, ...wanted] = process.argv.slice(2)
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const server = createServer(async (ask, answer) => {
  const asked = new URL(ask.url, 'http://x').pathname
  const path = asked === '/' ? '/index.html' : asked
  try {
    answer.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
    answer.end(await readFile(join(built, path)))
  } catch {
    answer.end()
  }
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function tellAccessibility(page, name) {
  await page.evaluate(axe)
  const found = await page.evaluate(async () =>
    (await globalThis.axe.run()).violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html, failureSummary }) => `${html.slice(0, 140)} ${failureSummary.slice(0, 200)}`)
            .join(' | ')}`,
      ),
  )
  for (const line of found) console.log(name, 'axe', line)
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const want of wanted) {
  const [name, scene, theme, size = '1440x900', script] = want.split(':')
  const [width, height] = size.split('x').map(Number)
  const page = await browser.newPage({ viewport: { width, height } })
  page.on('console', (line) => line.type() === 'error' && console.log(name, line.text()))
  page.on('pageerror', (error) => console.log(name, 'page error', error.message, error.stack?.slice(0, 600)))
  await page.goto(`http://127.0.0.1:${server.address().port}/?theme=${theme}#${scene}`)
  await page.waitForTimeout(2600)
  if (script === 'palette') await page.keyboard.press('Control+k')
  if (script === 'settings') await page.getByRole('button', { name: 'Settings' }).click()
  if (script === 'tile') await page.locator('.tile').first().click()
  if (script === 'break') await page.getByRole('button', { name: /Break worker/ }).click()
  if (script === 'drawer') await page.getByRole('button', { name: /Break it, trace/ }).click()
  if (script === 'buy') await page.getByRole('button', { name: 'Buy 1', exact: true }).click()
  if (['Timeline', 'Tasks', 'Queues', 'web.py'].includes(script))
    await page.getByRole('tab', { name: script, exact: true }).click()
  if (script === 'diff') await page.getByRole('button', { name: 'Solution diff' }).click()
  if (script === 'list') await page.getByRole('button', { name: 'In words' }).click()
  if (script !== undefined) await page.waitForTimeout(900)
  await tellAccessibility(page, name)
  await page.screenshot({ path: join(pictures, `${name}.png`) })
  await page.close()
}
await browser.close()
server.close()
