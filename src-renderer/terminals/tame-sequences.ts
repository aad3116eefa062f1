/**
 * What a terminal here does not do for the text it shows. A task prints what it likes: a sequence that asks for two thousand
 * million lines would stop the whole window, and one that makes a link would offer to leave it.
 */
import type { Terminal } from '@xterm/xterm'

/** REP, CHT, CBT, IL, DL, SU, SD: xterm carries these out one by one, as often as their first number says. */
const REPEATED = ['b', 'I', 'Z', 'L', 'M', 'S', 'T']
/** More than any screen has lines or columns. */
const MOST_TIMES = 1_000
/** OSC 8: a link around text. The text is shown, the link is not made. */
const HYPERLINK = 8

/** Clipboard (OSC 52), window operations and replies need no handler: xterm does none of them unless asked to. */
export function tameSequences({ parser }: Pick<Terminal, 'parser'>): void {
  for (const final of REPEATED) parser.registerCsiHandler({ final }, ([times]) => Number(times) > MOST_TIMES)
  parser.registerOscHandler(HYPERLINK, () => true)
}
