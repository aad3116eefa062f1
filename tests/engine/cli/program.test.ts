/** Command lines as they are typed, and what they ask for. A list of options and mistakes, so it is long. */
import type { OwnCommand } from '../../../src-main/engine/trace/own-command.js'
import { describe, expect, it } from 'vitest'
import type {
  BeatCommand,
  CallOptions,
  CliPorts,
  TaskResult,
  WorkerCommand,
} from '../../../src-main/engine/cli/ports.js'
import { runCli } from '../../../src-main/engine/cli/program.js'
import type { WireObject, WireValue } from '../../../src-main/engine/serialization/wire-value.js'

interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  readonly workers: readonly WorkerCommand[]
  readonly beats: readonly BeatCommand[]
  readonly calls: readonly { task: string; args: readonly WireValue[]; kwargs: WireObject; options: CallOptions }[]
}

/** What the code of the app adds. */
const own: readonly OwnCommand[] = [
  {
    ...{ name: 'open_doors', type: 'control', alias: null, visible: true, help: 'Lets people in.' },
    ...{ signature: '[N=1]', args: [['n', 'int']], variadic: null },
  },
  {
    ...{ name: 'doors', type: 'inspect', alias: null, visible: true, help: 'How many are open.' },
    ...{ signature: null, args: [], variadic: null },
  },
]

async function run(
  line: readonly string[],
  result: TaskResult = { kind: 'value', value: null },
  input: string | null = null,
): Promise<Ran> {
  const texts = { out: '', err: '' }
  const workers: WorkerCommand[] = []
  const beats: BeatCommand[] = []
  const calls: { task: string; args: readonly WireValue[]; kwargs: WireObject; options: CallOptions }[] = []
  const ports: CliPorts = {
    out: (text) => (texts.out += text),
    err: (text) => (texts.err += text),
    hostname: 'box.example.org',
    cpus: 3,
    readLine: (question) => {
      texts.out += question
      return Promise.resolve(input)
    },
    untilInterrupted: () => Promise.resolve(),
    runWorker: (command) => {
      workers.push(command)
      return Promise.resolve(0)
    },
    runBeat: (command) => {
      beats.push(command)
      return Promise.resolve(0)
    },
    ownCommands: () => Promise.resolve(own),
    openApp: () =>
      Promise.resolve({
        eventExchange: 'celeryev',
        control: { broadcast: () => Promise.resolve([]), purge: (names = []) => Promise.resolve(names.length) },
        channel: { subscribe: () => Promise.resolve({ close: () => Promise.resolve() }) },
        queueNames: ['celery', 'other'],
        bindings: () => Promise.resolve([]),
        report: () => '',
        send: (task, args, kwargs, options) => {
          calls.push({ task, args, kwargs, options })
          return Promise.resolve('the-id')
        },
        result: () => Promise.resolve(result),
        traceback: () => Promise.resolve(null),
        close: () => Promise.resolve(),
      }),
  }
  const exitCode = await runCli(line, ports)
  return { exitCode, ...texts, workers, beats, calls }
}

describe('celery worker', () => {
  it('reads its options by Celery names, before and after the command', async () => {
    const line =
      '-A tasks -b redis://b worker -l info -c 2 -Q celery,other -E -n w1@%n --prefetch-multiplier=1 --pidfile=w.pid'
    const { workers, exitCode } = await run(line.split(' '))
    expect(exitCode).toBe(0)
    expect(workers).toMatchObject([
      {
        appModule: 'tasks',
        global: { broker: 'redis://b' },
        loglevel: 'INFO',
        pidfile: 'w.pid',
        options: {
          nodename: 'w1@box',
          concurrency: 2,
          queues: ['celery', 'other'],
          excludeQueues: [],
          taskEvents: true,
          prefetchMultiplier: 1,
        },
      },
    ])
  })

  it('has the defaults of Celery', async () => {
    const { workers } = await run(['-A', 'tasks', 'worker'])
    expect(workers).toMatchObject([
      {
        loglevel: 'WARNING',
        options: {
          nodename: 'celery@box.example.org',
          concurrency: 3,
          queues: null,
          excludeQueues: [],
          taskEvents: null,
          mingle: true,
        },
      },
    ])
  })

  it.each([
    ['w1@%h', 'w1@box.example.org'],
    ['w1@%n', 'w1@box'],
    ['w1@%d', 'w1@example.org'],
    ['other', 'celery@other'],
    ['@elsewhere', 'celery@elsewhere'],
  ])('-n %s is %s', async (given, expected) => {
    const { workers } = await run(['-A', 'tasks', 'worker', '-n', given])
    expect(workers[0]?.options.nodename).toBe(expected)
  })
})

describe('celery call', () => {
  it('prints the id of the task it sent', async () => {
    const line = ['call', 'tasks.add', '--args', '[2, 3]', '-k', '{"x": 2.0}', '--countdown', '1.5', '--queue', 'other']
    const { out, calls } = await run(line)
    expect(out).toBe('the-id\n')
    expect(calls).toMatchObject([
      { task: 'tasks.add', args: [2, 3], options: { countdown: 1.5, queue: 'other', eta: null } },
    ])
  })
})

describe('celery result', () => {
  it('prints the value as Python shows it', async () => {
    expect((await run(['result', 'id'], { kind: 'value', value: { a: [1, true, null] } })).out).toBe(
      "{'a': [1, True, None]}\n",
    )
    expect((await run(['result', 'id'], { kind: 'value', value: 'text' })).out).toBe('text\n')
  })

  it('exits with 1 and says what was raised', async () => {
    const traceback = 'Traceback (most recent call last):\nValueError: bad value\n'
    const raised = await run(['result', 'id'], { kind: 'raised', type: 'ValueError', args: ['bad value'], traceback })
    expect(raised).toMatchObject({ exitCode: 1, out: '', err: traceback })
    const without = await run(['result', 'id'], {
      kind: 'raised',
      type: 'TaskRevokedError',
      args: ['expired'],
      traceback: null,
    })
    expect(without.err).toBe('TaskRevokedError: expired\n')
  })
})

describe('celery purge', () => {
  it('asks first, and a no changes nothing', async () => {
    const refused = await run(['purge'], undefined, 'n')
    expect(refused).toMatchObject({ exitCode: 1, err: 'Aborted!\n' })
    expect(refused.out).toMatch(
      /^WARNING:This will remove all tasks from queues: celery, other\.\n[^]*delete all tasks\? \[y\/N\]: $/,
    )
    expect((await run(['purge'])).err).toBe('Aborted!\n')
    expect((await run(['purge'], undefined, 'y')).out).toContain('Purged 2 messages from 2 known task queues.\n')
  })

  it('takes -Q and -X, and -f does not ask', async () => {
    expect((await run(['purge', '-f', '-X', 'celery'])).out).toBe('Purged 1 message from 1 known task queue.\n')
    expect((await run(['purge', '-f', '-Q', 'a,b,c'])).out).toBe('Purged 3 messages from 3 known task queues.\n')
  })
})

describe('celery events', () => {
  it('without --dump says what is here', async () => {
    const { exitCode, err } = await run(['events'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('not in this app: use --dump')])
    expect((await run(['events', '--dump'])).out).toBe('-> evdump: starting capture...\n')
  })
})

describe('mistakes on the command line', () => {
  it.each([
    ['-A tasks worker --nope', 'celery worker [OPTIONS]', 'No such option: --nope'],
    ['nope', 'celery [OPTIONS] COMMAND [ARGS]...', "No such command 'nope'."],
    ['call', 'celery call [OPTIONS]', "Missing argument 'NAME'."],
    [
      'call tasks.add -a [1',
      'celery call [OPTIONS]',
      "Invalid value for '-a' / '--args': Expecting ',' delimiter: line 1 column 3 (char 2)",
    ],
    ['call tasks.add -a {}', 'celery call [OPTIONS]', "Invalid value for '-a' / '--args': {} is not an array."],
    [
      '-A tasks worker -c many',
      'celery worker [OPTIONS]',
      "Invalid value for '-c' / '--concurrency': 'many' is not a valid integer.",
    ],
    ['-A tasks worker -c', 'celery worker [OPTIONS]', "Option '-c' requires an argument."],
  ])('celery %s exits with 2 in the words of click', async (line, usage, message) => {
    const { exitCode, err, workers } = await run(line.split(' '))
    const help = usage.replace(/ \[OPTIONS\].*/, '')
    expect(err).toBe(`Usage: ${usage}\nTry '${help} --help' for help.\n\nError: ${message}\n`)
    expect(exitCode).toBe(2)
    expect(workers).toEqual([])
  })

  it('a worker needs to know its app', async () => {
    const { exitCode, err } = await run(['worker'])
    expect(exitCode).toBe(2)
    expect(err).toContain("Missing option '-A' / '--app'")
  })
})

describe('celery --version and --help', () => {
  it('print and exit with 0', async () => {
    expect(await run(['--version'])).toMatchObject({ exitCode: 0, out: '5.6.3 (recovery)\n', err: '' })
    const help = await run(['worker', '--help'])
    expect(help.exitCode).toBe(0)
    expect(help.out).toContain('--concurrency')
  })
})

describe('celery worker', () => {
  const worker = ['-A', 'tasks', 'worker', '-n', 'w1@shop.example.org']

  it('has the options of Celery, and names files by its own name', async () => {
    const { workers } = await run([
      ...worker,
      ...['-S', 'state-%n', '-f', 'log-%n%I.txt', '--pidfile', '%h.pid', '--autoscale', '3,10', '--purge'],
      ...['--heartbeat-interval', '7', '--disable-prefetch', '-I', 'more, other', '-c', '4'],
    ])
    expect(workers[0]).toMatchObject({ include: ['more', 'other'], logfile: 'log-%n%I.txt' })
    expect(workers[0]).toMatchObject({ pidfile: 'shop.example.org.pid' })
    expect(workers[0]?.options).toMatchObject({
      ...{ statedb: 'state-w1', autoscale: { max: 10, min: 3 }, purge: true, heartbeatIntervalSeconds: 7 },
      ...{ disablePrefetch: true, concurrency: 4, concurrencyIsDefault: false },
    })
    expect((await run([...worker, '--discard', '--autoscale', '5'])).workers[0]?.options).toMatchObject({
      ...{ purge: true, autoscale: { max: 5, min: 0 }, concurrencyIsDefault: true, disablePrefetch: null },
    })
  })

  it.each([
    ['--autoscale 1,2,3', "Invalid value for '--autoscale': Expected two comma separated integers or one integer."],
    ['--autoscale many', "Invalid value for '--autoscale': Expected an integer. Got 'many' instead."],
    ['--autoscale 1,x', "Invalid value for '--autoscale': Expected two comma separated integers. Got '1,x' instead."],
    ['--pidfile %x.pid', "Invalid value for '--pidfile': Unknown format %x in string '%x.pid'."],
    ['-f %q', "Invalid value for '--logfile': Unknown format %q in string '%q'."],
    ['--detach', "'--detach' is not here: start the worker in the background"],
    ['--uid nobody', "'--uid' is not here"],
  ])('%s is a mistake that it names', async (line, message) => {
    const { exitCode, err, workers } = await run([...worker, ...line.split(' ')])
    expect(err).toContain(`Error: ${message}`)
    expect([exitCode, workers]).toEqual([2, []])
  })
})

describe('celery inspect and control', () => {
  it('know the commands that the code adds', async () => {
    const list = await run(['-A', 'tasks', 'control', '--list'])
    expect(list.out).toMatch(/^ {2}open_doors \[N=1\] +Lets people in\.$/m)
    expect(list.out).toMatch(/^ {2}pool_grow /m)
    expect(list.out).not.toMatch(/^ {2}doors/m)
    expect((await run(['-A', 'tasks', 'inspect', '--list'])).out).toMatch(/^ {2}doors +How many are open\.$/m)
    // Understood, and sent: nobody is there to answer.
    expect((await run(['-A', 'tasks', 'control', 'open_doors', '2'])).exitCode).toBe(69)
    const wrong = await run(['-A', 'tasks', 'control', 'open_doors', 'all'])
    expect([wrong.exitCode, wrong.err]).toEqual([2, expect.stringContaining("'all' is not a valid integer.")])
    const unknown = await run(['-A', 'tasks', 'inspect', 'open_doors'])
    expect(unknown.err).toContain('Command open_doors not recognized. Available inspect commands: active,')
  })
})

describe('celery beat', () => {
  it('has its own options, and -B and -s begin one inside a worker', async () => {
    const { beats } = await run([
      '-A',
      'tasks',
      'beat',
      '-s',
      'mine',
      '--max-interval',
      '5',
      '-l',
      'info',
      '-f',
      'beat.log',
    ])
    expect(beats).toEqual([
      {
        global: { app: 'tasks', broker: null, resultBackend: null, workdir: null, config: null },
        ...{ appModule: 'tasks', schedule: 'mine', scheduler: null, maxInterval: 5, loglevel: 'INFO' },
        ...{ logfile: 'beat.log', pidfile: null },
      },
    ])
    const { workers } = await run(['-A', 'tasks', 'worker', '-B', '-s', 'mine'])
    expect(workers[0]?.beat).toEqual({ schedule: 'mine', scheduler: null })
    expect((await run(['-A', 'tasks', 'worker'])).workers[0]?.beat).toBeNull()
  })

  it('refuses by name what is not here', async () => {
    const beat = ['-A', 'tasks', 'beat']
    const unknown = await run([...beat, '-S', 'redbeat.RedBeatScheduler'])
    expect(unknown.exitCode).toBe(2)
    expect(unknown.err).toContain(
      "Invalid value for '-S' / '--scheduler': there is no scheduler 'redbeat.RedBeatScheduler'",
    )
    expect((await run([...beat, '-S', 'celery.beat.PersistentScheduler'])).beats).toHaveLength(1)
    expect((await run([...beat, '--detach'])).err).toContain("'--detach' is not here")
    expect((await run([...beat, '--max-interval', 'x'])).err).toContain("'x' is not a valid integer.")
    expect((await run(['beat'])).err).toContain("Missing option '-A' / '--app'")
  })
})
