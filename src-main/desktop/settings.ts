/**
 * Theme, layout and motion, kept in settings.json of the data folder. Input: `settings.save` from the window; output: the
 * view pushed to it, and the file. A broken file gives the defaults and one notice; saves are atomic and one at a time.
 */
import { join } from 'node:path'
import type { Problem } from '../contract/problem.js'
import type { SettingsView } from '../contract/views.js'
import { putAside, readJsonFile, writeJsonFile } from './json-file.js'

export const DEFAULT_SETTINGS: SettingsView = { theme: 'system', layout: {}, reducedMotion: 'system' }
export const THEMES = ['system', 'light', 'dark'] as const satisfies readonly SettingsView['theme'][]
export const MOTIONS = ['system', 'on', 'off'] as const satisfies readonly SettingsView['reducedMotion'][]

export class Settings {
  readonly #file: string
  readonly #listeners = new Set<(view: SettingsView) => void>()
  #view: SettingsView = DEFAULT_SETTINGS
  #writing: Promise<void> = Promise.resolve()
  #writtenView: SettingsView | null = null

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'settings.json')
  }

  /** Reads the file. Answers a notice when it had to fall back to the defaults. */
  load(): Problem | null {
    const content = readJsonFile(this.#file)
    if (content.kind === 'absent') return null
    if (content.kind === 'read') {
      const view = readSettings(content.value)
      if (view) {
        this.#view = view
        return null
      }
    }
    const broken = content.kind === 'broken' ? content : putAside(this.#file, 'not the shape of a settings file')
    return {
      code: 'settings-broken',
      what: 'The settings file could not be read.',
      meaning: 'Theme and layout are back to their defaults. Your progress and your files are not affected.',
      next: 'Nothing to do: set theme and layout again. The old file was kept.',
      detail: broken.kind === 'broken' ? `${broken.keptAs}\n${broken.reason}` : this.#file,
    }
  }

  view(): SettingsView {
    return this.#view
  }

  onChange(listener: (view: SettingsView) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Takes effect at once; the promise is the file's. Saves that pile up while one is written become one. */
  async save(change: Partial<SettingsView>): Promise<void> {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener(this.#view)
    const before = this.#writing.catch(() => undefined) // its own caller has been told
    this.#writing = before.then(async () => {
      if (this.#writtenView === this.#view) return
      const view = this.#view
      await writeJsonFile(this.#file, view)
      this.#writtenView = view
    })
    await this.#writing
  }

  /** Settles when the file holds what was saved last, or could not be written. */
  async written(): Promise<void> {
    await this.#writing.catch(() => undefined) // whoever saved has been told
  }
}

function readSettings(value: unknown): SettingsView | null {
  if (typeof value !== 'object' || value === null) return null
  const found = value as Readonly<Record<string, unknown>> // each field is checked below
  const theme = THEMES.find((name) => name === found['theme'])
  const reducedMotion = MOTIONS.find((name) => name === found['reducedMotion'])
  const layout = found['layout']
  if (!theme || !reducedMotion || typeof layout !== 'object' || layout === null || Array.isArray(layout)) return null
  return { theme, reducedMotion, layout: { ...layout } }
}
