/**
 * What a worker prints on stdout when it starts: Celery's drawing, its configuration, its queues, its tasks.
 * Celery: celery/apps/worker.py (BANNER, ARTLINES)
 */
import { arch, release } from 'node:os'
import type { Queue } from '../message/queue.js'
import { software, systemName } from '../software.js'

export interface BannerFacts {
  readonly nodename: string
  /** `tasks:0x7f860c4a2710`: the app's name and where it is; we put the code's fingerprint there. */
  readonly app: string
  readonly transport: string
  readonly results: string
  /** `{min=1, max=3}` with --autoscale. */
  readonly concurrency: number | string
  /** The module of its class: `prefork`, `solo`, `thread`. */
  readonly pool?: string
  readonly taskEvents: boolean
  readonly queues: readonly Queue[]
  /** null: not shown (log level above INFO). */
  readonly tasks: readonly string[] | null
  readonly platform: string
  /** `2026-11-22 11:37:16` */
  readonly startedAt: string
}

const drawing = [
  ' --------------',
  '--- ***** -----',
  '-- ******* ----',
  '- *** --- * ---',
  '- ** ----------',
  '- ** ----------',
  '- ** ----------',
  '- ** ----------',
  '- *** --- * ---',
  '-- ******* ----',
  '--- ***** -----',
  ' --------------',
]

export function banner(facts: BannerFacts): string {
  const events = facts.taskEvents ? 'ON' : 'OFF (enable -E to monitor tasks in this worker)'
  const queues = [...facts.queues].sort((a, b) => (a.name < b.name ? -1 : 1)).map(queueLine)
  if (queues.length === 1) queues.push('') // As Celery: its indenting of the second and later queues leaves an empty line
  const lines = [
    `${facts.nodename} v${software.version} (${software.codename})`,
    '',
    `${facts.platform} ${facts.startedAt}`,
    '',
    '[config]',
    `.> app:         ${facts.app}`,
    `.> transport:   ${facts.transport}`,
    `.> results:     ${facts.results}`,
    `.> concurrency: ${facts.concurrency} (${facts.pool ?? 'prefork'})`,
    `.> task events: ${events}`,
    '',
    '[queues]',
    ...queues,
  ]
  const drawn = lines.map((line, n) => `${drawing[n] ?? ' '.repeat(15)} ${line}`)
  const tasks = facts.tasks ? `\n[tasks]\n${facts.tasks.map((name) => `  . ${name}\n`).join('')}` : ''
  return ` \n${drawn.join('\n')}\n${tasks}\n`
}

function queueLine({ name, exchange, routingKey }: Queue): string {
  return `.> ${name.padEnd(16)} exchange=${exchange.name}(${exchange.type}) key=${routingKey}`
}

/** Python's platform.platform(): `Linux-6.1.0-x86_64-with-glibc2.36`. */
export function platformName(): string {
  const machine = arch() === 'x64' ? 'x86_64' : arch()
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header
  const libc = header?.glibcVersionRuntime ? `-with-glibc${header.glibcVersionRuntime}` : ''
  return `${systemName(process.platform)}-${release()}-${machine}${libc}`
}

/** An address as logs may show it: `redis://:**@127.0.0.1:6379/0`; of several, each. */
export function maskPassword(urls: string): string {
  return urls.replace(/(^|;)([a-z+]+:\/\/[^:@/;]*):[^@;]*@/gi, '$1$2:**@')
}
