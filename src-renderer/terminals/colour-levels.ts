/** Colours for log lines that came without any: the level, and what it did, as in Celery's own coloured log. Text stays the same. */

const LINE = /^(\[[^\]]*: )(DEBUG|INFO|WARNING|ERROR|CRITICAL)(\/[^\]]*\] )(.*)$/
const COLOURS: Readonly<Record<string, string>> = {
  DEBUG: '90',
  INFO: '34',
  WARNING: '33',
  ERROR: '31',
  CRITICAL: '31;1',
}

export function colourLevels(text: string): string {
  if (text.includes('\u001b[')) return text // it has colours of its own
  return text
    .split('\n')
    .map((line) => colourLine(line))
    .join('\n')
}

function colourLine(line: string): string {
  const ending = line.endsWith('\r') ? '\r' : ''
  const match = LINE.exec(ending === '' ? line : line.slice(0, -1))
  if (match === null) return line
  const [, before = '', level = '', middle = '', message = ''] = match
  return `${before}${paint(level, COLOURS[level] ?? '0')}${middle}${colourMessage(message)}${ending}`
}

function colourMessage(message: string): string {
  return message
    .replace(/(succeeded in )([\d.e-]+s)/, (_all, words: string, time: string) => words + paint(time, '32'))
    .replace(/(signal \d+ \([A-Z]+\))/, (signal) => paint(signal, '31'))
}

function paint(text: string, colour: string): string {
  return `\u001b[${colour}m${text}\u001b[0m`
}
