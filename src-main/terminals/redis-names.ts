/** Redis' own list of its commands: its answer to COMMAND, asked once. https://redis.io/docs/latest/commands/command/ */
import type { RedisReply } from './redis-reply.js'

/** In capitals; each with its subcommands, of which a Redis older than 7 tells none. */
export type RedisNames = ReadonlyMap<string, readonly string[]>

const SUBCOMMANDS_AT = 9

export function namesIn(reply: RedisReply): RedisNames {
  return new Map(
    items(reply).map((command) => {
      const subcommands = items(items(command)[SUBCOMMANDS_AT])
      // `config|get`
      return [nameOf(command), subcommands.map((one) => nameOf(one).split('|')[1] ?? '')] as const
    }),
  )
}

function items(reply: RedisReply | undefined): readonly RedisReply[] {
  return reply?.kind === 'array' ? reply.items : []
}

function nameOf(command: RedisReply): string {
  const [name] = items(command)
  const text = name?.kind === 'bulk' ? name.bytes.toString('utf8') : name?.kind === 'status' ? name.text : ''
  return text.toUpperCase()
}
