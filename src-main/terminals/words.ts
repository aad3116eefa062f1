/** A line of the console as words, with quotes as in a shell. What only a real shell does is refused by name. */

export type Words =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** In words for the learner. */
  | { readonly kind: 'refused'; readonly why: string }

const SHELL_ONLY: Readonly<Record<string, string>> = {
  '|': 'pipes (|)',
  '>': 'redirections (>)',
  '<': 'redirections (<)',
  '&': 'commands in the background (&)',
  ';': 'several commands in one line (;)',
  '`': 'commands inside of commands (`)',
  $: 'variables ($)',
}
const SPACE = /\s/

export function splitWords(line: string): Words {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (quote !== null) {
      if (character === quote) quote = null
      else if (quote === '"' && character === '\\' && /["\\$`]/.test(line.charAt(at + 1))) word += line.charAt(++at)
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '\\') {
      word = (word ?? '') + line.charAt(++at)
    } else if (SPACE.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      const shellOnly = SHELL_ONLY[character]
      if (shellOnly !== undefined)
        return {
          kind: 'refused',
          why: `This console is not a shell: it has no ${shellOnly}. In quotes it is a character.`,
        }
      word = (word ?? '') + character
    }
  }
  if (quote !== null) return { kind: 'refused', why: `A quote (${quote}) is opened and not closed.` }
  if (word !== null) words.push(word)
  return { kind: 'words', words }
}
