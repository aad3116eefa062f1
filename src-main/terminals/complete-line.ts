/** What Tab offers in the console: commands, their subcommands, options and values, and the names of what runs. */
import { readLine, type CommandWords, type NameKind, type OptionWords } from './command-line.js'
import type { Completions } from './line-editor.js'
import type { RedisNames } from './redis-names.js'
import { splitWords } from './words.js'

export type Names = Readonly<Record<NameKind, readonly string[]>>

export interface CompletionSources {
  readonly celery: CommandWords
  /** Each asked for only when it is needed. */
  readonly redis: () => Promise<RedisNames>
  readonly names: () => Promise<Names>
}

const OWN = ['celery', 'clear', 'help', 'redis-cli']
/** What kombu keeps in the broker beside its queues. */
const KOMBUS_KEYS = ['unacked', 'unacked_index', 'unacked_mutex']

/** `line`: up to the cursor. */
export async function completeLine(line: string, sources: CompletionSources): Promise<Completions> {
  const typed = /\S*$/.exec(line)?.[0] ?? ''
  const before = splitWords(line.slice(0, line.length - typed.length).replace(/^\s*\$\s+/, ''))
  if (before.kind === 'refused' || /["'\\]/.test(typed)) return [[], typed] // in the middle of quotes
  const [first, ...rest] = before.words
  if (first === undefined) return fitting(typed, await firstWords(typed, sources))
  if (first === 'celery') return celeryWords(typed, rest, sources)
  return redisWords(typed, first === 'redis-cli' ? rest : before.words, first === 'redis-cli', sources)
}

async function firstWords(typed: string, { redis }: CompletionSources): Promise<readonly string[]> {
  if (typed === '') return OWN
  const commands = await redis().catch((): RedisNames => new Map()) // a Redis that is away keeps no other word back
  return [...OWN, ...inCaseOf(typed, [...commands.keys()])]
}

async function celeryWords(typed: string, words: readonly string[], sources: CompletionSources): Promise<Completions> {
  const { command, args, awaits } = readLine(sources.celery, words)
  if (awaits !== null) return valueWords(typed, awaits, sources)
  if (typed.startsWith('-')) {
    const offered = command.options.filter(({ hidden }) => !hidden).flatMap(({ flags }) => flags)
    return fitting(typed, typed.startsWith('--') ? offered.filter((flag) => flag.startsWith('--')) : offered)
  }
  if (command.commands.length > 0)
    return fitting(typed, args.length > 0 ? [] : command.commands.map(({ name }) => name))
  const kind = command.args[args.length] ?? null
  return kind === null ? [[], typed] : fitting(typed, (await sources.names())[kind])
}

async function valueWords(typed: string, { value }: OptionWords, { names }: CompletionSources): Promise<Completions> {
  switch (value?.kind) {
    case 'one-of':
      return fitting(typed, inCaseOf(typed, value.words))
    case 'name': {
      const known = (await names())[value.of]
      if (!value.list) return fitting(typed, known)
      const last = typed.slice(typed.lastIndexOf(',') + 1)
      return [known.filter((name) => name.startsWith(last)), last] // a comma may follow, so no space does
    }
    case 'any':
    case undefined:
      return [[], typed]
  }
}

async function redisWords(
  typed: string,
  given: readonly string[],
  mayHaveOptions: boolean,
  { redis, names }: CompletionSources,
): Promise<Completions> {
  const words = mayHaveOptions ? withoutOptions(given) : given
  if (words === null) return [[], typed]
  const commands = await redis()
  const [command, ...args] = words
  if (command === undefined) {
    if (mayHaveOptions && typed.startsWith('-')) return fitting(typed, ['-n', '--raw'])
    return fitting(typed, inCaseOf(typed, [...commands.keys()]))
  }
  const subcommands = commands.get(command.toUpperCase())
  if (subcommands === undefined) return [[], typed]
  if (subcommands.length > 0 && args.length === 0) return fitting(typed, inCaseOf(typed, subcommands))
  const { queues } = await names()
  return fitting(typed, [...queues, ...KOMBUS_KEYS, ...queues.map((queue) => `_kombu.binding.${queue}`)])
}

/** Null: the number of `-n` is being typed. */
function withoutOptions(words: readonly string[]): readonly string[] | null {
  let at = 0
  for (; words[at]?.startsWith('-') === true; at += 1) if (words[at] === '-n') at += 1
  return at > words.length ? null : words.slice(at)
}

/** Redis takes its commands in small letters, too, and Celery its log levels: as they are begun, so they go on. */
function inCaseOf(typed: string, words: readonly string[]): readonly string[] {
  const isSmall = typed !== '' && typed === typed.toLowerCase()
  return isSmall ? words.map((word) => word.toLowerCase()) : words
}

/** With the space that ends a word. */
function fitting(typed: string, words: readonly string[]): Completions {
  const found = [...new Set(words)].filter((word) => word.startsWith(typed)).sort()
  return [found.map((word) => `${word} `), typed]
}
