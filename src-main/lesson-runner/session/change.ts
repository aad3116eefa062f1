/** Tells listeners that the views have changed: at once for what the learner did, at most five times a second for what facts did. */

const SOON_MS = 200

export class Change {
  private readonly listeners = new Set<() => void>()
  private timer: NodeJS.Timeout | null = null

  listen(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tellNow(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    for (const listener of this.listeners) listener()
  }

  tellSoon(): void {
    this.timer ??= setTimeout(() => this.tellNow(), SOON_MS).unref()
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.listeners.clear()
  }
}
