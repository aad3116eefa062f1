/** How a tile travels from lane to lane: one pair of transitions for the whole stage, keyed by delivery tag. Zero length: it is simply there. */
import { crossfade, fade } from 'svelte/transition'
import { cubicOut } from 'svelte/easing'

/** Longest travel; the number shown beside a tile, not the travel, says how long it really took. */
const TRAVEL_MS = 230

export class StageMotion {
  #durationMs = 0
  readonly send: ReturnType<typeof crossfade>[0]
  readonly receive: ReturnType<typeof crossfade>[1]

  constructor() {
    const duration = (): number => this.#durationMs
    const [send, receive] = crossfade({
      duration,
      easing: cubicOut,
      fallback: (node) => fade(node, { duration: this.#durationMs / 2 }),
    })
    this.send = send
    this.receive = receive
  }

  get durationMs(): number {
    return this.#durationMs
  }

  /** Still with reduced motion, while a snapshot is taken in, and in bursts, where travel would only be a blur. */
  allow(allowed: boolean): void {
    this.#durationMs = allowed ? TRAVEL_MS : 0
  }
}
