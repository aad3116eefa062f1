/** What main tells the window without being asked. */
import type { FeedItem } from './feed.js'
import type { Problem } from './problem.js'
import type { FileView, LabView, LessonView, PhaseView, SettingsView } from './views.js'

export type Push =
  /** Facts in order, batched (about every 50 ms). */
  | { readonly kind: 'feed'; readonly items: readonly FeedItem[] }
  | { readonly kind: 'lab'; readonly view: LabView }
  | { readonly kind: 'lesson'; readonly view: LessonView | null; readonly phases: readonly PhaseView[] }
  | { readonly kind: 'files'; readonly files: readonly FileView[] }
  | { readonly kind: 'settings'; readonly view: SettingsView }
  /** Text for one process's terminal, ANSI colours included. `reset` clears it first. */
  | { readonly kind: 'terminal'; readonly process: string; readonly text: string; readonly reset: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The window's view of the ticket office loads this path now. */
  | { readonly kind: 'show-page'; readonly path: string }
  /** Where that view is after a link, a form or a redirect. */
  | { readonly kind: 'page-is-at'; readonly path: string }
  /** From the menu or a deep link: something the renderer shows. */
  | {
      readonly kind: 'show'
      readonly what: 'palette' | 'settings' | 'glossary' | 'search' | 'pitfalls' | 'notebook' | 'export' | 'tour'
    }

export const PUSH_CHANNEL = 'push'
export const COMMAND_CHANNEL = 'command'

/** What the preload script puts on `window.lab`. */
export interface Bridge {
  ask<N extends import('./commands.js').CommandName>(
    name: N,
    ask: import('./commands.js').Commands[N]['ask'],
  ): Promise<import('./problem.js').Reply<import('./commands.js').Commands[N]['answer']>>
  /** Returns a function that stops listening. */
  onPush(listener: (push: Push) => void): () => void
}
