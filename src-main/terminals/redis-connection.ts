/** One connection for one of redis-cli's commands: opened, asked, closed. Its replies keep what redis-cli shows of them. */
import { connect, type Socket } from 'node:net'
import { RedisReplies, redisCommand, type RedisReply } from './redis-reply.js'

export interface RedisTarget {
  /** `redis://:password@127.0.0.1:41873/0` */
  readonly url: string
  /** `-n`; null: the one of the address. */
  readonly database: number | null
}

export interface RedisAsked {
  /** The first reply; with `onReply` every one until `close`. Rejects when the connection breaks. */
  readonly done: Promise<void>
  close(): void
}

export function askRedis(
  target: RedisTarget,
  words: readonly string[],
  { onReply, stays }: { readonly onReply: (reply: RedisReply) => void; readonly stays: boolean },
): RedisAsked {
  const { hostname, port, password, pathname } = new URL(target.url)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const database = target.database ?? Number(pathname.slice(1) || '0')
  const opening = [...(password === '' ? [] : [['AUTH', decodeURIComponent(password)]]), ['SELECT', String(database)]]
  const replies = new RedisReplies()
  let opened = 0
  const done = new Promise<void>((resolve, reject) => {
    const take = (reply: RedisReply): void => {
      if (opened < opening.length) {
        opened += 1
        // A database that is not there: what follows would meet another one.
        if (reply.kind === 'error') finish(() => onReply(reply))
        return
      }
      onReply(reply)
      if (!stays) finish(() => undefined)
    }
    const finish = (last: () => void): void => {
      last()
      socket.destroy()
      resolve()
    }
    socket.on('connect', () => socket.write(Buffer.concat([...opening, words].map(redisCommand))))
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const reply of replies.take(chunk)) if (!socket.destroyed) take(reply)
      } catch (error) {
        socket.destroy(error as Error) // thrown by RedisReplies
      }
    })
    socket.on('error', (error) => reject(error))
    socket.on('close', () => resolve()) // closed by Ctrl+C, or by Redis (SHUTDOWN, CLIENT KILL)
  })
  return { done, close: () => socket.destroy() }
}
