/**
 * The envelopes that were pushed to a queue lately, as they went over the wire: what the window shows when a message is opened.
 * They outlive their messages, up to a limit of bytes. The record itself keeps names only, because a message may be 5 MB.
 */
import type { MessageView } from '../contract/views.js'
import { decodeMessage } from './decode-message.js'

const KEPT_CHARACTERS = 8_000_000
/** A longer one is not kept: it would push out all others. */
const LONGEST_KEPT = 400_000

export class SeenMessages {
  readonly #envelopes = new Map<string, string>()
  #characters = 0

  /** The latest push of a delivery counts: a restored message comes back changed. */
  see(deliveryTag: string, envelope: string): void {
    if (envelope.length > LONGEST_KEPT) return
    this.#drop(deliveryTag)
    this.#envelopes.set(deliveryTag, envelope)
    this.#characters += envelope.length
    for (const oldest of this.#envelopes.keys()) {
      if (this.#characters <= KEPT_CHARACTERS) return
      this.#drop(oldest)
    }
  }

  /** Null: never seen, too long, or too long ago. */
  open(deliveryTag: string): MessageView | null {
    const envelope = this.#envelopes.get(deliveryTag)
    return envelope === undefined ? null : decodeMessage(deliveryTag, envelope)
  }

  forget(): void {
    this.#envelopes.clear()
    this.#characters = 0
  }

  #drop(deliveryTag: string): void {
    this.#characters -= this.#envelopes.get(deliveryTag)?.length ?? 0
    this.#envelopes.delete(deliveryTag)
  }
}
