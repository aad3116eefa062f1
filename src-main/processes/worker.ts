/**
 * Entry of one worker process of the lab: starts when the lab says so, tells it facts, stops as it says. When the lab
 * is gone, by whatever end, its pool processes are killed and it exits at once.
 */
import { errorDetail } from '../contract/error-text.js'
import type { PoolFact } from '../engine/pool/prefork.js'
import { codeProblem } from './wiring/code-problem.js'
import type { PoolNote } from './messages/pool-note.js'
import type { LabToWorker, WorkerToLab } from './messages/worker-messages.js'
import { tellParent } from './parent.js'
import { StopBySignals } from './wiring/stop-by-signals.js'
import { flushed } from './wiring/stream-sink.js'
import { workerProgram, type WorkerProgram } from './wiring/worker-program.js'

const refusedMeans = 'This worker did not start with it and took no message: what waits in its queues stays there.'

let program: WorkerProgram | null = null
let stopping: StopBySignals | null = null

// Sent by the lab, built together with this file.
process.on('message', (message: LabToWorker) => {
  if (message.kind === 'start') start(message).catch((error: unknown) => fail(error))
  else void stop(message.how)
})
process.on('disconnect', () => {
  exitAtOnce()
})
process.on('SIGTERM', () => void stop('warm'))
process.on('SIGINT', () => {}) // Ctrl+C in the terminal that started the app reaches us too; the lab decides
process.on('uncaughtException', (error) => fail(error))
process.on('unhandledRejection', (error) => fail(error))

async function start(order: Extract<LabToWorker, { kind: 'start' }>): Promise<void> {
  const { environment, appModule, loglevel, nodename, concurrency, queues, mingle } = order
  const starting = await workerProgram(
    {
      environment,
      appModule,
      loglevel,
      options: {
        nodename,
        concurrency,
        queues,
        taskEvents: true,
        prefetchMultiplier: null,
        maxTasksPerChild: null,
        timeLimitSeconds: null,
        softTimeLimitSeconds: null,
        mingle,
        gossip: true,
        heartbeat: true,
      },
    },
    tellPoolFact,
  )
  program = starting
  stopping = new StopBySignals(starting, exitAtOnce)
  void starting.worker.stopped.then(exit)
  const started = await starting.worker.start()
  switch (started.kind) {
    case 'ready':
      tell({ kind: 'ready', tasks: started.tasks, fingerprint: started.fingerprint })
      return
    case 'refused':
      // As Celery: the import fails in the main process and Python's traceback is all there is to read.
      starting.log.plain(started.refused.error.traceback)
      tell({
        kind: 'refused',
        problem: codeProblem(started.refused.error, refusedMeans),
        fingerprint: started.refused.fingerprint,
      })
      await exit(1)
      return
    case 'failed':
      throw new Error(started.message)
    case 'stopped':
      return // by now the stop has its own way to the exit
  }
}

/** The lab's orders are the signals that a terminal would send. */
async function stop(how: 'warm' | 'cold'): Promise<void> {
  if (!stopping) process.exit(0)
  await stopping.on(how === 'warm' ? 'SIGTERM' : 'SIGQUIT')
}

function exitAtOnce(): void {
  program?.worker.killChildren()
  process.exit(1)
}

async function exit(code: number): Promise<void> {
  await flushed(process.stderr)
  await flushed(process.stdout)
  process.exit(code)
}

/** As Celery's `Unrecoverable error`: said, and the process ends with its children. */
function fail(error: unknown): void {
  const text = errorDetail(error)
  if (program) program.log.critical(`Unrecoverable error: ${text}`)
  else process.stderr.write(`The worker cannot start: ${text}\n`)
  program?.worker.killChildren()
  void exit(1)
}

function tellPoolFact(fact: PoolFact | PoolNote): void {
  switch (fact.kind) {
    case 'importing':
      tell(fact)
      return
    case 'starting':
    case 'ready':
      tell({ kind: 'pool-process', pid: fact.pid, label: fact.label, state: fact.kind })
      return
    case 'loaded':
      tell({ kind: 'code-loaded', pid: fact.pid, fingerprint: fact.fingerprint, tasks: fact.tasks })
      return
    case 'exited': {
      const { pid, label, code, signal, expected } = fact
      tell({ kind: 'pool-process-exited', pid, label, code, signal, expected })
      return
    }
    case 'slot':
      tell({ kind: 'slot', pid: fact.pid, taskId: fact.taskId })
  }
}

function tell(message: WorkerToLab): void {
  tellParent(message)
}
