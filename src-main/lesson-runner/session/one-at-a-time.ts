/** Long jobs of the lesson runner (a start state, a “show me”): a new one cancels the one under way and waits until it has let go. */
import type { Problem, Reply } from '../../contract/problem.js'

export class OneAtATime {
  private abort = new AbortController()
  private last: Promise<unknown> = Promise.resolve()

  /** What `job` throws comes back as a problem. */
  async run(
    job: (signal: AbortSignal) => Promise<Reply<null>>,
    asProblem: (error: unknown) => Problem,
  ): Promise<Reply<null>> {
    this.abort.abort()
    const mine = new AbortController()
    this.abort = mine
    const before = this.last
    const now = (async (): Promise<Reply<null>> => {
      await before
      try {
        return await job(mine.signal)
      } catch (error) {
        return { ok: false, problem: asProblem(error) }
      }
    })()
    this.last = now
    return now
  }

  async cancel(): Promise<void> {
    this.abort.abort()
    await this.last
  }
}
