/** What the machine may lack: each gets a clear message in the window, and the app goes on. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.js'
import { canMount, emptyFolder, programIn, quoted, redisFolders, redisPrograms, unmountIn } from './namespace.js'
import { RunningApp, electronProgram, environment, launchArguments } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

test('a second instance says so in one line and ends; the first goes on', async ({ app, dataFolder }) => {
  const second = spawn(await electronProgram(), launchArguments({ dataFolder }), {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [second.stdout, second.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise((ended) => second.once('exit', ended))
  expect(code).toBe(0)
  expect(said).toContain('Celery From Zero is already running with this data folder')
  await app.press('Buy a ticket')
  await app.expectGreen()
})

test('a data folder that cannot be written: the app runs in a temporary one and says that nothing is kept', async ({
  dataFolder,
}) => {
  const file = join(dataFolder, 'file')
  writeFileSync(file, '')
  const app = await RunningApp.ready({ dataFolder: join(file, 'data') })
  await expect(app.problem('data-folder-unwritable')).toContainText('nothing you do now will be kept')
  const temporary = temporaryFolderOf(app)
  expect(existsSync(temporary)).toBe(true)
  await app.keepShot('bad-data-folder')
  await app.press('Buy a ticket')
  await app.expectGreen()
  await app.end()
  await expect.poll(() => existsSync(temporary), { message: 'the temporary folder is removed' }).toBe(false)
})

/** Chromium names its data folder to its own processes. */
function temporaryFolderOf(app: RunningApp): string {
  const found = app.processes().map(({ command }) => /--user-data-dir=(\S+\/celery-from-zero-\w+)/.exec(command)?.[1])
  return found.find((folder) => folder !== undefined) ?? ''
}

test('a full disk: the app runs in a temporary folder and says how much room is missing', async ({ dataFolder }) => {
  test.skip(!canMount(), 'needs root, to give the app a small disk')
  const disk = emptyFolder(join(dataFolder, 'disk'))
  const program = await programIn(dataFolder, [`mount -t tmpfs -o size=4m tmpfs ${quoted(disk)}`])
  const app = await RunningApp.ready({ dataFolder: disk, program })
  await expect(app.problem('data-folder-full')).toContainText(/has [0-4] MB left/)
  await app.end()
})

test('without a Redis binary the window names the one command, and Try again works once it is there', async ({
  dataFolder,
}) => {
  test.skip(!canMount(), 'needs root, to hide the system’s redis-server')
  const hidden = redisPrograms()
  const program = await programIn(dataFolder, [
    ...hidden.map((file) => `mount --bind /dev/null ${quoted(file)}`),
    ...redisFolders().map((folder) => `mount -t tmpfs none ${quoted(folder)}`),
  ])
  const app = await RunningApp.launch({ dataFolder: join(dataFolder, 'data'), program })
  const message = app.page.getByRole('alert').filter({ hasText: 'No redis-server' }).first()
  await expect(message).toContainText('apt-get install -y redis-server')
  await app.keepShot('bad-no-redis')
  unmountIn(app.pid, hidden)
  await app.page.getByRole('button', { name: 'Try again' }).click()
  await app.stepReady()
  await app.end()
})

test('a broken settings file, a place beyond the screen and an error in main do not end the app', async ({
  dataFolder,
}) => {
  writeFileSync(join(dataFolder, 'settings.json'), '{ "theme": "da')
  writeFileSync(join(dataFolder, 'window.json'), '{ "x": 9000, "y": 9000, "width": 1200, "height": 800 }')
  const app = await RunningApp.ready({ dataFolder })
  await test.step('settings fall back to the defaults, and the old file is kept', async () => {
    await expect(app.problem('settings-broken')).toContainText('back to their defaults')
    expect(readFileSync(join(dataFolder, 'settings.json.broken'), 'utf8')).toBe('{ "theme": "da')
  })
  await test.step('the window is on the screen', async () => {
    const { bounds, area } = await app.inMain(({ BrowserWindow, screen }) => ({
      bounds: BrowserWindow.getAllWindows()[0]?.getBounds(),
      area: screen.getPrimaryDisplay().workArea,
    }))
    expect(bounds?.x).toBeLessThan(area.x + area.width)
    expect(bounds?.y).toBeLessThan(area.y + area.height)
  })
  await test.step('an error nobody caught is told and written down', async () => {
    await app.inMain(() => {
      setTimeout(() => {
        throw new Error('thrown by a test')
      }, 0)
      void Promise.reject(new Error('rejected by a test'))
    })
    await expect(app.problem('app-error').first()).toContainText('The app itself made an error')
    await expect
      .poll(() => readFileSync(join(dataFolder, 'errors.log'), 'utf8'))
      .toMatch(/thrown by a test[^]*rejected by a test|rejected by a test[^]*thrown by a test/)
    expect(await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })
  await app.end()
})
