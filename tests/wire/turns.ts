/** Lets tasks end in an order that is given from outside: each waits until its turn has come, or for five seconds. */
export class Turns {
  private readonly ids: ReadonlySet<string>
  private readonly given = new Map<string, number>()
  private waiting: { readonly id: string; readonly go: () => void }[] = []

  /** Whose turn is ever given; others need not wait. */
  constructor(ids: ReadonlySet<string>) {
    this.ids = ids
  }

  give(id: string): void {
    const one = this.waiting.find((other) => other.id === id)
    this.waiting = this.waiting.filter((other) => other !== one)
    if (one) one.go()
    else this.given.set(id, (this.given.get(id) ?? 0) + 1)
  }

  async wait(id: string): Promise<void> {
    const given = this.given.get(id) ?? 0
    if (!this.ids.has(id)) return
    if (given > 0) return void this.given.set(id, given - 1)
    await new Promise<void>((go) => {
      const timer = setTimeout(go, 5_000)
      const goNow = (): void => {
        clearTimeout(timer)
        go()
      }
      this.waiting.push({ id, go: goNow })
    })
  }
}
