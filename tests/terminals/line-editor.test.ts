/** A line as it is typed: what the keys do, what the terminal then shows, and what waits for the next question. */
import { expect, test } from 'vitest'
import { line, screenWith } from './screen.js'

process.env['TERM'] = 'xterm-256color' // as the entries of the terminals set it

const names = async (text: string): Promise<readonly [readonly string[], string]> => {
  const typed = /[\w.]*$/.exec(text)?.[0] ?? ''
  return [['send_confirmation', 'send_receipt', 'shout'].filter((name) => name.startsWith(typed)), typed]
}

test('keys are shown as they come, and Enter gives the line', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('>>> ')
  expect(await type('1+1')).toBe('>>> 1+1')
  await type('\r')
  expect(line(await asked)).toBe('1+1')
})

test('arrows, Ctrl+A and backspace edit inside of the line', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('$ ')
  expect(await type('LLN celery\u0001\u001b[C\u001b[CE')).toBe('$ LLEN celery')
  await type('\u0005x\u007f\r')
  expect(line(await asked)).toBe('LLEN celery')
})

test('Tab inserts what is the same in all names, and twice lists them', async () => {
  const { editor, type } = screenWith({ complete: names })
  void editor.ask('>>> ')
  expect(await type('se\t')).toBe('>>> send_')
  expect(await type('c')).toBe('>>> send_c')
  expect(await type('\t')).toBe('>>> send_confirmation')
  await type('\u0015send_\t')
  expect(await type('\t')).toMatch(/send_confirmation +send_receipt/)
})

test('a Tab and Enter typed at once complete first, on the same line', async () => {
  const { editor, type } = screenWith({ complete: names })
  const asked = editor.ask('>>> ')
  editor.input('from tasks import send_c')
  editor.input('\t')
  expect(await type('\r')).toBe('>>> from tasks import send_confirmation')
  expect(line(await asked)).toBe('from tasks import send_confirmation')
})

test('a terminal that gets another size while a line is carried out shows no prompt', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('$ ')
  await type('status\r')
  expect(line(await asked)).toBe('status')
  editor.resize(100)
  expect(await type('')).toBe('$ status')
  void editor.ask('$ ')
  editor.resize(90)
  expect(await type('next')).toBe('$ status\n$ next')
})

test('a pasted Tab is four spaces', async () => {
  const { editor, type } = screenWith({ complete: names })
  const asked = editor.ask('... ')
  await type('\tsend\r')
  expect(line(await asked)).toBe('    send')
})

test('Ctrl+C gives up the line and says so, also in its middle', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('>>> ')
  expect(await type('abc\u001b[D\u001b[D\u0003')).toBe('>>> abc^C')
  expect((await asked).kind).toBe('interrupt')
  const next = editor.ask('>>> ')
  expect(await type('x')).toBe('>>> abc^C\n>>> x')
  await type('\r')
  expect(line(await next)).toBe('x')
})

test('Ctrl+D ends on an empty line, and else takes the character under the cursor', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('>>> ')
  expect(await type('ab\u001b[D\u0004')).toBe('>>> a')
  await type('\u0015\u0004')
  expect((await asked).kind).toBe('end')
})

test('Ctrl+Z stops nothing', async () => {
  const { editor, type } = screenWith()
  const asked = editor.ask('>>> ')
  await type('a\u001ab\r')
  expect(line(await asked)).toBe('ab')
})

test('what is typed while nobody asks waits, line by line', async () => {
  const { editor, type } = screenWith()
  const first = editor.ask('$ ')
  await type('one\rtwo\rthr')
  expect(line(await first)).toBe('one')
  editor.write('answer of one\r\n')
  expect(line(await editor.ask('$ '))).toBe('two')
  const third = editor.ask('$ ')
  expect(await type('ee')).toBe('$ one\nanswer of one\n$ two\n$ three')
  await type('\r')
  expect(line(await third)).toBe('three')
})

test('Ctrl+C while something runs interrupts it and throws away what was typed ahead', async () => {
  const { editor, type } = screenWith()
  let interrupted = 0
  editor.onInterrupt = () => (interrupted += 1)
  const first = editor.ask('$ ')
  await type('run\r')
  await first
  await type('typed ahead\r')
  await type('\u0003')
  expect(interrupted).toBe(1)
  const next = editor.ask('$ ')
  await type('PING\r')
  expect(line(await next)).toBe('PING')
})

test('the arrow up brings lines back, those of earlier sessions too', async () => {
  const { editor, type, histories } = screenWith({ history: ['newer', 'older'] })
  const asked = editor.ask('>>> ')
  expect(await type('\u001b[A\u001b[A')).toBe('>>> older')
  expect(await type('\u001b[B')).toBe('>>> newer')
  await type(' and more\r')
  await asked
  expect(histories.at(-1)).toEqual(['newer and more', 'newer', 'older'])
})

test('an answer to a question of a program is no line of the history', async () => {
  const { editor, type, histories } = screenWith()
  const asked = editor.askFor('Run it? [y/N]: ')
  await type('y\r')
  expect(line(await asked)).toBe('y')
  expect(histories).toEqual([])
  void editor.ask('$ ')
  expect(await type('\u001b[A')).toBe('Run it? [y/N]: y\n$')
})

test('a question that a program has begun to print stays before what is typed, over several rows too', async () => {
  const { editor, type, shown } = screenWith({ columns: 20 })
  editor.write('hello\n')
  editor.write('How many tickets, ')
  editor.write('and for which evening? ')
  const asked = editor.askFor('')
  expect(await shown()).toBe('hello\nHow many tickets, an\nd for which evening?')
  expect(await type('abc\u007fd')).toBe('hello\nHow many tickets, an\nd for which evening?\n abd')
  await type('\r')
  expect(line(await asked)).toBe('abd')
})

test('Ctrl+C at a question is an interrupt, and one that nobody waits for any more is taken away', async () => {
  const { editor, type, shown } = screenWith()
  const asked = editor.askFor('Name? ')
  await type('x\u0003')
  expect((await asked).kind).toBe('interrupt')
  const givenUp = new AbortController()
  const second = editor.askFor('Name? ', { signal: givenUp.signal })
  givenUp.abort()
  expect((await second).kind).toBe('interrupt')
  expect((await editor.askFor('Name? ', { signal: givenUp.signal })).kind).toBe('interrupt')
  void editor.ask('>>> ')
  expect(await shown()).toBe('Name? x^C\nName? ^C\n>>>')
})

test('a prompt begins at a line’s start, whatever was printed last', async () => {
  const { editor, shown } = screenWith()
  editor.write('no end of line')
  void editor.ask('>>> ')
  expect(await shown()).toBe('no end of line\n>>>')
})

test('a note stands above the line that is being typed, which stays', async () => {
  const { editor, type, shown } = screenWith()
  const asked = editor.ask('>>> ')
  await type('half a li')
  editor.note('— tasks.py saved\r\n')
  expect(await shown()).toBe('— tasks.py saved\n>>> half a li')
  await type('ne\r')
  expect(line(await asked)).toBe('half a line')
})

test('a line longer than the screen is edited across its rows', async () => {
  const { editor, type } = screenWith({ columns: 20 })
  const asked = editor.ask('>>> ')
  await type('x'.repeat(30))
  expect(await type('\u0001y')).toBe(`>>> y${'x'.repeat(15)}\n${'x'.repeat(15)}`)
  await type('\r')
  expect(line(await asked)).toBe(`y${'x'.repeat(30)}`)
})
