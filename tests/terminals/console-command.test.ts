/** What a line of the console is, and what is said of the lines that are nothing here. */
import { expect, test } from 'vitest'
import { consoleCommand } from '../../src-main/terminals/console-command.js'
import { splitWords } from '../../src-main/terminals/words.js'

test.each([
  ['celery -A tasks status', ['celery', '-A', 'tasks', 'status']],
  [`celery call tasks.add -a '[1, "two"]'`, ['celery', 'call', 'tasks.add', '-a', '[1, "two"]']],
  [`say "a \\"b\\" c" d\\ e ''`, ['say', 'a "b" c', 'd e', '']],
  ['  KEYS   "*"  ', ['KEYS', '*']],
  ['a"b"\'c\'', ['abc']],
])('%j is split as a shell splits it', (line, words) => {
  expect(splitWords(line)).toEqual({ kind: 'words', words })
})

test.each([
  ['celery report | less', 'pipes'],
  ['LLEN celery > out', 'redirections'],
  ['celery worker &', 'in the background'],
  ['echo $HOME', 'variables'],
  ['clear; help', 'several commands'],
  ['KEYS "', 'not closed'],
])('%j says what is missing', (line, words) => {
  const split = splitWords(line)
  expect(split.kind === 'refused' ? split.why : '').toContain(words)
})

test('celery and redis-cli are told apart, with their words', () => {
  expect(consoleCommand('celery -A tasks worker -c 2')).toEqual({
    kind: 'celery',
    words: ['-A', 'tasks', 'worker', '-c', '2'],
  })
  expect(consoleCommand('redis-cli LLEN celery')).toEqual({
    kind: 'redis',
    words: ['LLEN', 'celery'],
    database: null,
    raw: false,
  })
  expect(consoleCommand('redis-cli -n 1 --raw keys *')).toMatchObject({ words: ['keys', '*'], database: 1, raw: true })
})

test('Redis’ commands may stand alone, and a copied prompt is no word', () => {
  expect(consoleCommand('ping')).toEqual({ kind: 'perhaps-redis', words: ['ping'] })
  expect(consoleCommand('$ celery status')).toEqual({ kind: 'celery', words: ['status'] })
  expect(consoleCommand('   ').kind).toBe('nothing')
  expect([consoleCommand('help').kind, consoleCommand('clear').kind]).toEqual(['help', 'clear'])
})

test.each([
  ['python tasks.py', '>>> python'],
  ['redis-cli -h example.com PING', 'redis-cli -h is not here'],
  ['redis-cli', 'needs a command'],
])('%j says what there is instead', (line, words) => {
  const command = consoleCommand(line)
  expect(command.kind === 'said' ? command.text : command.kind).toContain(words)
})
