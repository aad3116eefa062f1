/**
 * The real app in the real Electron, driven through its window by roles and words. Each has its own data folder; when it
 * ends, every process it had must be gone. CFZ_APP names another app folder than this checkout.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, expect } from '@playwright/test'
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import type Electron from 'electron'
import { processTree, stillThere } from './process-table.js'
import type { Commands } from '../../src-main/contract/commands.js'
import type { Bridge } from '../../src-main/contract/pushes.js'
import type { SeenProcess } from './process-table.js'
import { findElectron, sandboxArgs } from '../../scripts/setup/electron-runtime.mjs'
import { waitFor } from '../support/wait-for.js'

const projectFolder = resolve(import.meta.dirname, '../..')
export const appFolder = process.env['CFZ_APP'] ?? projectFolder
const shotsFolder = join(import.meta.dirname, 'shots')

export interface LaunchOrder {
  readonly dataFolder: string
  readonly args?: readonly string[]
  /** As for a new user: the tour begins by itself, and covers the window. */
  readonly tour?: boolean
  /** Started instead of Electron, with its arguments: a script that prepares something and becomes Electron. */
  readonly program?: string
}

export async function electronProgram(): Promise<string> {
  return (await findElectron()).program
}

export function launchArguments({ dataFolder, args = [], tour = false }: LaunchOrder): string[] {
  // A virtual display has no graphics card: drawing in software from the start saves Chromium the attempt.
  return [
    ...sandboxArgs(),
    '--disable-gpu',
    appFolder,
    `--data-dir=${dataFolder}`,
    ...(tour ? [] : ['--no-tour']),
    ...args,
  ]
}

export function environment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = process.env
  return Object.fromEntries(Object.entries(rest).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cfz-e2e-'))
}

/** Apps that have been launched and not ended. */
const launched = new Set<RunningApp>()

/** After a test that failed in the middle of things. */
export async function endWhatIsLeft(): Promise<void> {
  for (const app of launched) await app.end('SIGKILL')
}

export class RunningApp {
  readonly page: Page
  readonly #electron: ElectronApplication
  #output = ''

  private constructor(electron: ElectronApplication, page: Page) {
    this.#electron = electron
    this.page = page
    for (const stream of [electron.process().stdout, electron.process().stderr]) {
      stream?.on('data', (chunk) => (this.#output += String(chunk)))
    }
  }

  static async launch(order: LaunchOrder): Promise<RunningApp> {
    const electron = await _electron.launch({
      executablePath: order.program ?? (await electronProgram()),
      args: launchArguments(order),
      env: environment(),
      timeout: 60_000,
    })
    const app = new RunningApp(electron, await electron.firstWindow())
    launched.add(app)
    return app
  }

  /** Launches, and waits until the open step can be worked on. */
  static async ready(order: LaunchOrder): Promise<RunningApp> {
    const app = await RunningApp.launch(order)
    await app.stepReady()
    return app
  }

  get pid(): number {
    return this.#electron.process().pid ?? -1
  }

  get output(): string {
    return this.#output
  }

  /** Runs in Electron's main process, with Electron's own modules. */
  inMain<T, A = undefined>(run: (electron: typeof Electron, argument: A) => T | Promise<T>, argument?: A): Promise<T> {
    return this.#electron.evaluate(run as never, argument) // Playwright's own type wraps what is given in handles
  }

  get openStep(): Locator {
    return this.page.locator('[aria-current="step"]').filter({ has: this.page.locator('.title') })
  }

  region(name: string | RegExp): Locator {
    return this.page.getByLabel(name, { exact: true }).first()
  }

  async stepReady(): Promise<void> {
    await expect(this.openStep).toBeVisible({ timeout: 60_000 })
    await this.notBusy()
  }

  /** Opens a step wherever it is, as a link to it does. */
  async openAt(phase: string, step: string): Promise<void> {
    const reply = await this.page.evaluate(
      (place) => (globalThis as unknown as { lab: Bridge }).lab.ask('lesson.open', place),
      { phase, step },
    )
    expect(reply).toEqual({ ok: true, value: null })
    await this.stepReady()
  }

  async notBusy(): Promise<void> {
    await expect(this.region('Lesson').getByRole('button', { name: 'Cancel' })).toHaveCount(0, { timeout: 60_000 })
  }

  /** A button of the open step. */
  async press(name: string): Promise<void> {
    await this.openStep.getByRole('button', { name, exact: true }).click()
  }

  async expectGreen(): Promise<void> {
    await expect(this.#greenMark(), 'the open step is green').toBeVisible({ timeout: 120_000 })
  }

  /** For a check with a limit on time: whoever reads that the page was too slow presses again. */
  async pressUntilGreen(name: string): Promise<void> {
    await expect(async () => {
      await this.notBusy()
      await this.press(name)
      await expect(this.#greenMark(), 'the open step is green').toBeVisible({ timeout: 90_000 })
    }).toPass({ timeout: 360_000 })
  }

  #greenMark(): Locator {
    return this.openStep.getByRole('button', { name: /, done$/ })
  }

  async nextStep(): Promise<void> {
    await this.page.getByRole('button', { name: /^Next: step/ }).click()
    await this.notBusy()
  }

  async openFile(name: string): Promise<Locator> {
    await this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
    return this.page.getByRole('textbox', { name: new RegExp(`^${name}, Python`) })
  }

  /** Replaces the file's whole text as a learner would: click, select all, paste. */
  async typeFile(name: string, text: string): Promise<void> {
    const editor = await this.openFile(name)
    await editor.click({ position: { x: 40, y: 10 } })
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
    // What is saved next is what main has: a draft goes there in its own time.
    await expect.poll(() => this.textOf(name), { message: `the draft of ${name} in main` }).toBe(text)
    await expect(this.saveButton(name)).not.toHaveText(/Saved/)
  }

  saveButton(name: string): Locator {
    return this.page.getByRole('button', { name: `Save ${name}` })
  }

  /** Ctrl+S, and waits until what loaded the file has been started again. */
  async save(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+s')
    const button = this.saveButton(name)
    await expect(button).toHaveText(/Saved/)
    await expect(button).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 })
  }

  /** Edits a file in place and saves it: what is to be replaced must be found once. */
  async editFile(name: string, was: string, now: string): Promise<void> {
    const text = await this.textOf(name)
    expect(text.split(was), `${name} holds ${JSON.stringify(was)} once`).toHaveLength(2)
    await this.typeFile(
      name,
      text.replace(was, () => now),
    )
    await this.save(name)
  }

  /** A file's text, from main: the editor holds only the lines that fit on the screen. */
  async textOf(name: string): Promise<string> {
    const { view } = await this.snapshot()
    return view.files.find((file) => file.name === name)?.text ?? ''
  }

  async snapshot(): Promise<Commands['app.snapshot']['answer']> {
    const reply = await this.page.evaluate(() => (globalThis as unknown as { lab: Bridge }).lab.ask('app.snapshot', {}))
    if (!reply.ok) throw new Error(reply.problem.what)
    return reply.value
  }

  /** A problem's message, by its code. */
  problem(code: string): Locator {
    return this.page.locator(`[role="alert"][data-code="${code}"]`)
  }

  async terminal(process: string): Promise<string> {
    return (await this.snapshot()).terminals[process] ?? ''
  }

  /** The stage as sentences, on screen from now on. */
  async stageInWords(): Promise<Locator> {
    const list = this.page.getByRole('list', { name: 'The stage in words' })
    if (!(await list.isVisible())) await this.page.getByRole('button', { name: 'In words' }).click()
    return list
  }

  async stageAsPicture(): Promise<void> {
    await this.page.getByRole('button', { name: 'As a picture' }).click()
  }

  /** A card or button of the side pane. */
  async side(name: string | RegExp): Promise<void> {
    await this.region('Break it, trace and outbox').getByRole('button', { name, exact: true }).click()
  }

  async keepShot(name: string): Promise<void> {
    mkdirSync(shotsFolder, { recursive: true })
    await this.page.screenshot({ path: join(shotsFolder, `${name}.png`), animations: 'disabled' })
  }

  processes(): readonly SeenProcess[] {
    return processTree(this.pid)
  }

  process(entry: string): SeenProcess {
    const found = this.processes().find(({ command }) => command.includes(entry))
    if (!found) throw new Error(`no process of the app runs ${entry}`)
    return found
  }

  /** Ends the app as the way says, and expects every one of its processes to be gone within 5 s of it. */
  async end(way: 'close' | 'SIGTERM' | 'SIGKILL' = 'close'): Promise<void> {
    launched.delete(this)
    const seen = this.processes()
    const ended = new Promise((done) => this.#electron.process().once('exit', done))
    if (way === 'close') await this.#electron.close()
    else process.kill(this.pid, way)
    await ended
    await waitFor('every process of the app is gone', () => stillThere(seen).length === 0, {
      timeoutSeconds: 5,
      describe: () =>
        stillThere(seen)
          .map(({ pid, command }) => `${pid} ${command}`)
          .join('\n'),
    })
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
