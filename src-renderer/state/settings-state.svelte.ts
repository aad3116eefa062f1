/** Theme, motion and layout: what main keeps, what the system prefers, and what the document therefore shows. */
import type { SettingsView } from '../../src-main/contract/views.js'
import type { Ask } from '../bridge/bridge.js'

const SAVE_LAYOUT_AFTER_MS = 400

export class SettingsState {
  view = $state.raw<SettingsView>({ theme: 'system', layout: {}, reducedMotion: 'system' })
  #systemDark = $state(false)
  #systemReduced = $state(false)
  readonly #ask: Ask
  #saveTimer: ReturnType<typeof setTimeout> | null = null

  constructor(ask: Ask) {
    this.#ask = ask
  }

  readonly theme = $derived<'light' | 'dark'>(
    this.view.theme === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.view.theme,
  )
  readonly reducedMotion = $derived(
    this.view.reducedMotion === 'system' ? this.#systemReduced : this.view.reducedMotion === 'on',
  )

  /** Follows the system's own choices from now on. */
  followSystem(): void {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const reduced = matchMedia('(prefers-reduced-motion: reduce)')
    this.#systemDark = dark.matches
    this.#systemReduced = reduced.matches
    dark.addEventListener('change', (event) => (this.#systemDark = event.matches))
    reduced.addEventListener('change', (event) => (this.#systemReduced = event.matches))
  }

  take(view: SettingsView): void {
    // A layout change that is still to be sent is newer than what main has.
    this.view = this.#saveTimer === null ? view : { ...view, layout: this.view.layout }
  }

  async save(change: Partial<SettingsView>): Promise<void> {
    this.view = { ...this.view, ...change }
    await this.#ask('settings.save', change)
  }

  layoutText(key: string): string | null {
    const value = this.view.layout[key]
    return typeof value === 'string' ? value : null
  }

  layoutFlag(key: string, otherwise: boolean): boolean {
    const value = this.view.layout[key]
    return typeof value === 'boolean' ? value : otherwise
  }

  /** Pane sizes in percent; null unless there are exactly as many as asked for and they add up. */
  layoutSizes(key: string, panes: number): readonly number[] | null {
    const value = this.view.layout[key]
    if (!Array.isArray(value) || value.length !== panes) return null
    const sizes = value.filter((size): size is number => typeof size === 'number' && size > 0)
    const sum = sizes.reduce((total, size) => total + size, 0)
    return sizes.length === panes && Math.abs(sum - 100) < 1 ? sizes : null
  }

  setLayout(key: string, value: unknown): void {
    this.view = { ...this.view, layout: { ...this.view.layout, [key]: value } }
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = null
      void this.#ask('settings.save', { layout: this.view.layout })
    }, SAVE_LAYOUT_AFTER_MS)
  }
}
