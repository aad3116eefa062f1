/** What Tab offers in the console, and which lines are asked about, over celery's real command line. */
import { expect, test } from 'vitest'
import { celeryWords } from '../../src-main/processes/wiring/celery-words.js'
import { celeryDanger, celeryStays } from '../../src-main/terminals/celery-danger.js'
import { readLine } from '../../src-main/terminals/command-line.js'
import { completeLine } from '../../src-main/terminals/complete-line.js'
import { namesIn } from '../../src-main/terminals/redis-names.js'
import { RedisReplies } from '../../src-main/terminals/redis-reply.js'
import { splitWords } from '../../src-main/terminals/words.js'

const celery = celeryWords()

const sources = {
  celery,
  redis: async () =>
    new Map<string, readonly string[]>([
      ['LLEN', []],
      ['LRANGE', []],
      ['CONFIG', ['GET', 'SET', 'HELP']],
    ]),
  names: async () => ({
    modules: ['tasks', 'web'],
    queues: ['celery', 'mail', 'reports'],
    tasks: ['tasks.add', 'tasks.send_mail'],
    nodes: ['celery@worker1', 'celery@worker2'],
  }),
}

const words = async (line: string): Promise<readonly string[]> => (await completeLine(line, sources))[0]

test.each([
  ['', ['celery ', 'clear ', 'help ', 'redis-cli ']],
  ['ce', ['celery ']],
  ['LR', ['LRANGE ']],
  ['ll', ['llen ']],
  ['celery in', ['inspect ']],
  ['celery -A ', ['tasks ', 'web ']],
  ['celery -A t', ['tasks ']],
  ['celery --app t', ['tasks ']],
  ['celery -A tasks p', ['purge ']],
  ['celery -A tasks worker --conc', ['--concurrency ']],
  ['celery -A tasks worker -l i', ['info ']],
  ['celery -A tasks worker -P ', ['prefork ', 'solo ', 'threads ']],
  ['celery -A tasks worker -O ', ['default ', 'fair ']],
  ['celery -A tasks worker -Q ma', ['mail']],
  ['celery -A tasks worker -Q mail,re', ['reports']],
  ['celery -A tasks worker -c ', []],
  ['celery -A tasks inspect act', ['active ', 'active_queues ']],
  ['celery -A tasks inspect -d celery@worker1 act', ['active ', 'active_queues ']],
  ['celery -A tasks inspect active --time', ['--timeout ']],
  ['celery -A tasks inspect -d celery@worker', ['celery@worker1', 'celery@worker2']],
  ['celery -A tasks control add_consumer m', ['mail ']],
  ['celery -A tasks control rate_limit tasks.s', ['tasks.send_mail ']],
  ['celery -A tasks list ', ['bindings ']],
  ['celery -A tasks call tasks.a', ['tasks.add ']],
  ['celery -A tasks call tasks.add --queue ', ['celery ', 'mail ', 'reports ']],
  ['redis-cli LL', ['LLEN ']],
  ['redis-cli -n 1 --raw LL', ['LLEN ']],
  ['redis-cli -n ', []],
  ['redis-cli CONFIG ', ['GET ', 'HELP ', 'SET ']],
  ['config g', ['get ']],
  ['LLEN rep', ['reports ']],
  ['LLEN unacked_i', ['unacked_index ']],
  ['LRANGE _kombu.binding.m', ['_kombu.binding.mail ']],
  ['NOSUCH ce', []],
  ["celery call tasks.add -a '[1", []],
])('%j is completed to %j', async (line, expected) => {
  expect(await words(line)).toEqual(expected)
})

test('no option is offered that is not here, and the long ones alone after two dashes', async () => {
  const offered = await words('celery -A tasks worker -')
  expect(offered).toEqual(expect.arrayContaining(['-c ', '--concurrency ', '-Q ', '--help ']))
  expect(offered).not.toContain('--detach ')
  expect((await words('celery -A tasks worker --')).every((word) => word.startsWith('--'))).toBe(true)
})

test('a Redis that is away keeps no other word back', async () => {
  const away = { ...sources, redis: () => Promise.reject(new Error('connect ECONNREFUSED')) }
  expect((await completeLine('c', away))[0]).toEqual(['celery ', 'clear '])
})

test('Redis’ own list is read: names, and subcommands where it tells them', () => {
  const of = (...items: readonly string[]): string => `*${items.length}\r\n${items.join('')}`
  const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`
  const filler = Array.from({ length: 8 }, () => ':0\r\n')
  const [reply] = new RedisReplies().take(
    Buffer.from(of(of(bulk('llen'), ...filler), of(bulk('config'), ...filler, of(of(bulk('config|get')))))),
  )
  expect(reply && [...namesIn(reply)]).toEqual([
    ['LLEN', []],
    ['CONFIG', ['GET']],
  ])
})

const read = (line: string): ReturnType<typeof readLine> => {
  const split = splitWords(line)
  return readLine(celery, split.kind === 'words' ? split.words.slice(1) : [])
}

test.each([
  ['celery -A tasks purge -f', 'purge --force'],
  ['celery -A tasks purge -Q mail --force', 'purge --force'],
  ['celery -A tasks purge -fQ mail', 'purge --force'],
  ['celery -A tasks worker --purge', 'worker --purge'],
  ['celery -A tasks worker -c2 --discard', 'worker --purge'],
  ['celery -A tasks control shutdown', 'ends all workers'],
  ['celery -A tasks control -t 2 shutdown', 'ends all workers'],
  ['celery -A tasks control shutdown -d celery@worker1', 'ends the named workers'],
])('%j is asked about', (line, sentence) => expect(celeryDanger(read(line))).toContain(sentence))

test.each([
  'celery -A tasks purge', // it asks by itself
  'celery -A tasks purge -Q f',
  'celery -A tasks worker -f purge',
  'celery -A tasks inspect active',
  'celery -A tasks control --help shutdown',
  'celery -A purge status',
])('%j is not', (line) => expect(celeryDanger(read(line))).toBeNull())

test('what goes on until it is stopped is known by its command, not by a word somewhere', () => {
  expect(celeryStays(read('celery -A tasks worker -c 2'))).toBe(true)
  expect(celeryStays(read('celery -A worker status'))).toBe(false)
  expect(celeryStays(read('celery -A tasks worker --help'))).toBe(false)
})
