/**
 * A proxy in front of Redis that counts commands and cuts the connection at the n-th of them: before Redis has it, or when
 * Redis has it and nobody hears the answer. Keeps what it let through, in order.
 */
import type { Socket } from 'node:net'
import { JoinedSockets } from './joined-sockets.js'

export type Cut = 'before' | 'after'

export class CommandProxy {
  /** What Redis got: `HSET unacked tag …`, a transaction's commands one by one. */
  readonly passed: (readonly string[])[] = []
  /** The command that was cut; null: none yet. */
  cutCommand: readonly string[] | null = null
  private readonly cutAt: number
  private readonly how: Cut
  private readonly joined: JoinedSockets
  private count = 0

  constructor(target: { readonly port: number }, cutAt: number, how: Cut) {
    this.cutAt = cutAt
    this.how = how
    this.joined = new JoinedSockets(target.port, (near, far) => this.join(near, far))
  }

  start(): Promise<number> {
    return this.joined.start()
  }

  stop(): Promise<void> {
    return this.joined.stop()
  }

  private join(near: Socket, far: Socket): void {
    far.pipe(near)
    let rest = Buffer.alloc(0)
    near.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const command = readCommand(rest)
        if (command === null || near.destroyed) return
        rest = rest.subarray(command.length)
        if (!this.pass(command, near, far)) return
      }
    })
  }

  private pass({ words, raw }: Command, near: Socket, far: Socket): boolean {
    this.count += 1
    if (this.count !== this.cutAt) {
      this.passed.push(words)
      far.write(raw)
      return true
    }
    this.cutCommand = words
    far.unpipe()
    // What BRPOP answers is in no list any more: lost on the way it is lost, as with Celery
    if (this.how === 'after' && words[0]?.toLowerCase() !== 'brpop') {
      this.passed.push(words)
      far.end(raw)
    } else far.end()
    near.resetAndDestroy()
    return false
  }
}

interface Command {
  readonly words: readonly string[]
  readonly raw: Buffer
  readonly length: number
}

/** The first whole command of what has come: `*2\r\n$3\r\nGET\r\n…`. */
function readCommand(bytes: Buffer): Command | null {
  const line = (from: number): { readonly text: string; readonly next: number } | null => {
    const end = bytes.indexOf('\r\n', from)
    return end < 0 ? null : { text: bytes.toString('latin1', from, end), next: end + 2 }
  }
  const head = line(0)
  if (head === null) return null
  const words: string[] = []
  let at = head.next
  for (let word = 0; word < Number(head.text.slice(1)); word++) {
    const size = line(at)
    const end = size === null ? Infinity : size.next + Number(size.text.slice(1))
    if (size === null || bytes.length < end + 2) return null
    words.push(bytes.toString('utf8', size.next, end))
    at = end + 2
  }
  return { words, raw: Buffer.from(bytes.subarray(0, at)), length: at }
}
