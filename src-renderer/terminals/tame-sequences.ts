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

/** Modes in which a mouse or a change of focus types: what a task prints is not to do that. */
const TYPING_MODES = [9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016]
/** OSC 4, 10, 11, 12 set colours, or ask for them. */
const COLOUR_ORDERS = [4, 10, 11, 12]

/**
 * Questions that a terminal answers as if its answer were typed: who are you, where is the cursor, which mode, which colour.
 * In a terminal that is typed into, what is printed would write the next line.
 */
function answerNothing({ parser }: Pick<Terminal, 'parser'>): void {
  const never = (): boolean => true
  for (const prefix of [{}, { prefix: '>' }, { prefix: '=' }])
    parser.registerCsiHandler({ ...prefix, final: 'c' }, never)
  for (const prefix of [{}, { prefix: '?' }]) {
    parser.registerCsiHandler({ ...prefix, final: 'n' }, never)
    parser.registerCsiHandler({ ...prefix, intermediates: '$', final: 'p' }, never)
  }
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, never)
  for (const order of COLOUR_ORDERS) parser.registerOscHandler(order, (text) => text.includes('?'))
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) =>
    modes.some((mode) => typeof mode === 'number' && TYPING_MODES.includes(mode)),
  )
}

/** Clipboard (OSC 52), window operations and replies need no handler: xterm does none of them unless asked to. */
export function tameSequences({ parser }: Pick<Terminal, 'parser'>): void {
  for (const final of REPEATED) parser.registerCsiHandler({ final }, ([times]) => Number(times) > MOST_TIMES)
  parser.registerOscHandler(HYPERLINK, () => true)
  answerNothing({ parser })
}
