/** A real lab for one test file: its own data folder, Redis, world; a working folder with a small ticket office. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Fact, FactKind, FactOf, FeedItem } from '../../src-main/contract/feed.js'
import type { Problem, Reply } from '../../src-main/contract/problem.js'
import type { Topology } from '../../src-main/contract/topology.js'
import type { ProcessView } from '../../src-main/contract/views.js'
import { survivors } from '../../src-main/faults/process-killer.js'
import type { Lab, LabPlaces } from '../../src-main/lab/lab-interface.js'
import { createLab } from '../../src-main/lab/lab.js'
import { entriesFolder } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'

export const TASKS_PY = `
import os, smtplib, time
from email.message import EmailMessage
from celery import Celery

app = Celery('harbour')

@app.task
def send_confirmation(order, seconds=0):
    time.sleep(seconds)
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = 'ada@example.com'
    message['Subject'] = f'Order {order}'
    message['X-Order-Id'] = str(order)
    message.set_content('Thank you!')
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)
    return f'confirmed {order}'

@app.task
def shout(lines):
    for number in range(lines):
        print('a line of a task that prints and prints', number)

@app.task
def turn_for_ever():
    while True:
        pass
`

export const WEB_PY = `
import itertools
from urllib.parse import parse_qs
from tasks import send_confirmation, shout, turn_for_ever

numbers = itertools.count(1)

def app(environ, start_response):
    query = parse_qs(environ.get('QUERY_STRING', ''))
    order = next(numbers)
    path = environ['PATH_INFO']
    if path == '/inline':
        send_confirmation(order)
    elif path == '/shout':
        shout.delay(int(query['lines'][0]))
    elif path == '/loop':
        turn_for_ever.delay()
    else:
        send_confirmation.delay(order, float(query.get('seconds', ['0'])[0]))
    start_response('201 Created', [('Content-Type', 'text/plain')])
    return [str(order).encode()]
`

export function topology(changes: Partial<Topology> = {}): Topology {
  return {
    workers: [{ name: 'worker@1', concurrency: 2, running: true }],
    web: { running: true },
    mail: { running: true, delayMs: 0 },
    api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    ...changes,
  }
}

export class LabForTest {
  readonly lab: Lab
  readonly workdir: string
  readonly #folder: string
  readonly #pids = new Set<number>()

  private constructor(lab: Lab, folder: string) {
    this.lab = lab
    this.#folder = folder
    this.workdir = join(folder, 'workdir')
    lab.record.onItem(({ fact }) => fact.kind === 'process-started' && this.#pids.add(fact.pid))
  }

  static async create(places: Partial<LabPlaces> = {}): Promise<LabForTest> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'))
    await mkdir(join(folder, 'workdir'))
    const lab = createLab({
      entriesFolder: entriesFolder(),
      execPath: process.execPath,
      snapshotFile: resolve(process.env['CFZ_SNAPSHOT'] ?? 'out/python/snapshot.bin'),
      bundledRedisFolder: null,
      builtRedisFolder: null,
      dataFolder: join(folder, 'data'),
      ...places,
    })
    const test = new LabForTest(lab, folder)
    await test.save('tasks.py', TASKS_PY)
    await test.save('web.py', WEB_PY)
    return test
  }

  async save(name: string, text: string): Promise<void> {
    await writeFile(join(this.workdir, name), text)
  }

  async build(wanted: Topology = topology(), signal?: AbortSignal): Promise<Reply<null>> {
    const order = { topology: wanted, workdir: this.workdir, lesson: 'test', step: 'one' }
    return this.lab.build(signal === undefined ? order : { ...order, signal })
  }

  /** Facts of one kind after `seq`. */
  facts<K extends FactKind>(kind: K, after = 0): readonly FactOf<K>[] {
    const isWanted = (fact: Fact): fact is FactOf<K> => fact.kind === kind
    return this.lab.record
      .itemsAfter(after)
      .map((item: FeedItem) => item.fact)
      .filter(isWanted)
  }

  async fact<K extends FactKind>(
    kind: K,
    wanted: (fact: FactOf<K>) => boolean = () => true,
    after = 0,
    timeoutSeconds = 60,
  ): Promise<FactOf<K>> {
    const describe = (): string => JSON.stringify(this.lab.record.itemsAfter(after).slice(-40), null, 1)
    return waitFor(`a fact ${kind}`, () => this.facts(kind, after).find(wanted), { timeoutSeconds, describe })
  }

  process(name: string): ProcessView {
    const view = this.lab.view().processes.find((one) => one.name === name)
    if (view === undefined) throw new Error(`the view has no process ${name}`)
    return view
  }

  get lastSeq(): number {
    return this.lab.record.lastSeq
  }

  /** Stops the lab; answers the processes that are still there, which should be none. */
  async stop(): Promise<readonly number[]> {
    await this.lab.stop()
    await rm(this.#folder, { recursive: true, force: true })
    return survivors([...this.#pids], 1_000)
  }
}

export function problemOf(reply: Reply<unknown>): Problem | null {
  return reply.ok ? null : reply.problem
}
