/** A command with subcommands, options and words, as data; and what a line of it says so far. Pure. */

export interface CommandWords {
  readonly name: string
  readonly commands: readonly CommandWords[]
  readonly options: readonly OptionWords[]
  /** What each word after the command's name is; null: anything. */
  readonly args: readonly (NameKind | null)[]
}

export interface OptionWords {
  /** `-c`, `--concurrency`; the long one is the last. */
  readonly flags: readonly string[]
  /** Not offered, and understood. */
  readonly hidden: boolean
  /** Null: it takes no value. */
  readonly value: OptionValue | null
}

export type OptionValue =
  | { readonly kind: 'any' }
  | { readonly kind: 'one-of'; readonly words: readonly string[] }
  | { readonly kind: 'name'; readonly of: NameKind; /** Several, with commas. */ readonly list: boolean }

/** Names that depend on what runs. */
export type NameKind = 'modules' | 'queues' | 'tasks' | 'nodes'

export interface ReadLine {
  /** The innermost subcommand that is named. */
  readonly command: CommandWords
  /** Names from the outermost subcommand on. */
  readonly path: readonly string[]
  /** Options that are given, by their long names. */
  readonly given: ReadonlySet<string>
  /** Words that are neither a subcommand nor an option. */
  readonly args: readonly string[]
  /** The last word is an option whose value is to come. */
  readonly awaits: OptionWords | null
}

/** `words`: those after the command's own name. */
export function readLine(root: CommandWords, words: readonly string[]): ReadLine {
  let command = root
  const path: string[] = []
  const given = new Set<string>()
  const args: string[] = []
  let awaits: OptionWords | null = null
  for (const word of words) {
    if (awaits !== null) awaits = null
    else if (word.startsWith('-') && word !== '-') {
      const options = optionsIn(word, command)
      for (const option of options) given.add(longName(option))
      const last = options.at(-1)
      awaits = last !== undefined && last.value !== null && last.flags.includes(endOf(word)) ? last : null
    } else {
      const sub = command.commands.find(({ name }) => name === word)
      if (sub === undefined) args.push(word)
      else {
        command = sub
        path.push(word)
      }
    }
  }
  return { command, path, given, args, awaits }
}

function longName({ flags }: OptionWords): string {
  return flags.at(-1) ?? ''
}

/** `--force`, `--timeout=2`; `-fE` is two of one letter each, and `-c2` one with its value. */
function optionsIn(word: string, { options }: CommandWords): readonly OptionWords[] {
  const named = (flag: string): OptionWords | undefined => options.find(({ flags }) => flags.includes(flag))
  if (word.startsWith('--')) {
    const option = named(word.split('=', 1)[0] ?? '')
    return option === undefined ? [] : [option]
  }
  const found: OptionWords[] = []
  for (const letter of word.slice(1)) {
    const option = named(`-${letter}`)
    if (option === undefined) break
    found.push(option)
    if (option.value !== null) break // the rest is its value
  }
  return found
}

/** What of an option's word names the option, when nothing of its value follows: `-fQ` ends in `-Q`. */
function endOf(word: string): string {
  return word.startsWith('--') ? word : `-${word.slice(-1)}`
}
