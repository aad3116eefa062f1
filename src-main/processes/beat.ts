/**
 * Entry of one beat process of the lab: starts when the lab says so, tells it what was due and what was sent, saves its
 * schedule when it is stopped. When the lab is gone, by whatever end, it exits at once.
 */
import { codeProblem } from './wiring/code-problem.js'
import type { BeatToLab, LabToBeat } from './messages/beat-messages.js'
import { parentProcess } from './parent.js'
import { beatProgram, type BeatProgram } from './wiring/beat-program.js'
import { flushed } from './wiring/stream-sink.js'

const refusedMeans = 'Beat did not start with it: nothing is sent at its time.'

const lab = parentProcess<LabToBeat, BeatToLab>()
let running: Extract<BeatProgram, { kind: 'loaded' }> | null = null
let stopping = false

lab.onMessage((order) => {
  if (order.kind === 'stop') stop()
  else run(order).then(exit, fail)
})
process.on('SIGTERM', stop)
process.on('SIGINT', () => {}) // Ctrl+C in the terminal that started the app reaches us too; the lab decides

/** Answers the exit code. */
async function run(order: Extract<LabToBeat, { kind: 'start' }>): Promise<number> {
  const { environment, appModule, schedule, loglevel } = order
  const onImporting = (): void => void lab.send({ kind: 'importing' })
  const options = { scheduler: null, maxInterval: null, logfile: null, onImporting }
  const program = await beatProgram({ environment, appModule, schedule, loglevel, ...options }, (fact) => {
    void lab.send(fact)
  })
  const { fingerprint } = program
  if (program.kind === 'refused') {
    process.stderr.write(program.error.traceback)
    await lab.send({ kind: 'refused', problem: codeProblem(program.error, refusedMeans), fingerprint })
    return 1
  }
  running = program
  if (stopping) return 0
  const ended = program.run()
  void lab.send({ kind: 'ready', fingerprint })
  return ended
}

function stop(): void {
  stopping = true
  if (running)
    running.beat.stop().catch(() => {}) // told where it runs
  else process.exit(0)
}

/** Before it could begin: a setting that cannot be used. */
function fail(error: unknown): void {
  process.stderr.write(
    `The beat cannot start: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`,
  )
  exit(1)
}

function exit(code: number): void {
  void Promise.all([flushed(process.stderr), flushed(process.stdout)]).then(() => process.exit(code))
}
