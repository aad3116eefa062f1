/**
 * The learner's files as the editor has them: main's saved text, the text being typed, and which of the two is newer.
 * Typing is never overwritten by the echo of an earlier draft; a new text from main (reset, show me) always is taken.
 */
import type { FileView } from '../../src-main/contract/views.js'

interface LocalFile {
  /** What the editor shows. */
  readonly text: string
  /** What is saved, as far as the window knows. */
  readonly saved: string
  /** The text that main pushed last. */
  readonly pushed: string
  /** Texts sent to main whose echo must not replace newer typing. */
  readonly sent: readonly string[]
  /** Rises whenever main replaced the text: the editor then loads it anew. */
  readonly revision: number
}

const SENT_KEPT = 20

export class FilesState {
  views = $state.raw<readonly FileView[]>([])
  #local = $state.raw<Readonly<Record<string, LocalFile>>>({})

  take(views: readonly FileView[]): void {
    const next: Record<string, LocalFile> = {}
    for (const view of views) next[view.name] = mergePushed(this.#local[view.name], view)
    this.#local = next
    this.views = views
  }

  text(name: string): string {
    return this.#local[name]?.text ?? ''
  }

  revision(name: string): number {
    return this.#local[name]?.revision ?? 0
  }

  isDirty(name: string): boolean {
    const file = this.#local[name]
    return file !== undefined && file.text !== file.saved
  }

  get anyDirty(): boolean {
    return this.views.some((view) => this.isDirty(view.name))
  }

  edit(name: string, text: string): void {
    this.#change(name, (file) => ({ ...file, text }))
  }

  /** Main was told this text, as a draft or to save it. */
  sent(name: string, text: string): void {
    this.#change(name, (file) => ({ ...file, sent: [...file.sent.slice(1 - SENT_KEPT), text] }))
  }

  saved(name: string, text: string): void {
    this.#change(name, (file) => ({ ...file, saved: text }))
  }

  /** Replaces what is typed, as "reset file" does; nothing is saved by it. */
  replace(name: string, text: string): void {
    this.#change(name, (file) => ({ ...file, text, revision: file.revision + 1 }))
  }

  /** A draft from before a crash is in `text`: the saved text is what has the view's fingerprint, so this one is dirty. */
  async findDrafts(): Promise<void> {
    for (const view of this.views) {
      const file = this.#local[view.name]
      if (file === undefined || file.revision > 0 || file.sent.length > 0) continue
      const fingerprint = await fingerprintOf(file.pushed)
      if (fingerprint !== null && fingerprint !== view.fingerprint) {
        this.#change(view.name, (now) => (now.saved === file.pushed ? { ...now, saved: '' } : now))
      }
    }
  }

  #change(name: string, change: (file: LocalFile) => LocalFile): void {
    const file = this.#local[name]
    if (file !== undefined) this.#local = { ...this.#local, [name]: change(file) }
  }
}

function mergePushed(local: LocalFile | undefined, view: FileView): LocalFile {
  if (local === undefined) return { text: view.text, saved: view.text, pushed: view.text, sent: [], revision: 0 }
  if (view.text === local.pushed) return local
  if (local.sent.includes(view.text)) return { ...local, pushed: view.text }
  return { text: view.text, saved: view.text, pushed: view.text, sent: [], revision: local.revision + 1 }
}

/** SHA-256, first 12 hex digits, as main's; null where the page has no digest. */
async function fingerprintOf(text: string): Promise<string | null> {
  if (globalThis.crypto.subtle === undefined) return null
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 12)
}
