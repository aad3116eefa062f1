/** What a task may print: nothing of it stops the window, leaves it, or takes the text after it away. Real xterm, without a screen. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Terminal } from '@xterm/xterm'
import { tameSequences } from '../../../src-renderer/terminals/tame-sequences.js'

let makeTerminal: () => Terminal

beforeAll(async () => {
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('self', globalThis)
  const { Terminal } = await import('@xterm/xterm')
  makeTerminal = () => new Terminal({ allowProposedApi: true, disableStdin: true })
})
afterAll(() => vi.unstubAllGlobals())

async function shown(text: string): Promise<{ terminal: Terminal; line: string }> {
  const terminal = makeTerminal()
  tameSequences(terminal)
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  return { terminal, line: terminal.buffer.active.getLine(0)?.translateToString(true) ?? '' }
}

it.each(['b', 'I', 'Z', 'L', 'M', 'S', 'T'])(
  'passes over CSI %s two thousand million times',
  async (final) => {
    expect((await shown(`before\u001b[2000000000${final}after`)).line).toBe('beforeafter')
  },
  2_000,
)

it('still repeats, scrolls and colours by numbers that fit a screen', async () => {
  expect((await shown('a\u001b[3bz')).line).toBe('aaaaz')
  expect((await shown('\u001b[31mred\u001b[0m')).line).toBe('red')
})

it('shows the text of a link and makes no link', async () => {
  const { terminal, line } = await shown('\u001b]8;;https://example.com\u0007press me\u001b]8;;\u0007')
  expect(line).toBe('press me')
  const cell = terminal.buffer.active.getLine(0)?.getCell(0)
  expect(Reflect.get(cell ?? {}, 'extended')?.urlId ?? 0).toBe(0)
})

it('answers nothing and copies nothing', async () => {
  const terminal = makeTerminal()
  tameSequences(terminal)
  const said: string[] = []
  terminal.onData((text) => said.push(text))
  const text =
    '\u001b]52;c;ZXZpbA==\u0007\u001b]0;title\u0007\u001b[8;1;1t\u001b[21tx' +
    '\u001b[c\u001b[>c\u001b[=c\u001b[5n\u001b[6n\u001b[?6n\u001b[?2004$p\u001b[4$p' +
    '\u001bP$qm\u001b\\\u001b]10;?\u0007\u001b]4;1;?\u0007\u001b]11;?\u0007'
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  expect(said).toEqual([])
  expect([terminal.cols, terminal.rows]).toEqual([80, 24])
  await new Promise<void>((resolve) => terminal.write('\u001b[?1003h\u001b[?1004h', resolve))
  expect(terminal.modes).toMatchObject({ mouseTrackingMode: 'none', sendFocusMode: false })
})
