/** Beat's scheduler and service on a clock that does not wait: time goes on when somebody sleeps, and beat is stopped at its end. */
import { readBeatSchedule, type BeatSchedule } from '../../../src-main/engine/beat/beat-schedule.js'
import { connectPatiently } from '../../../src-main/engine/beat/connect-patiently.js'
import { ScheduleFile } from '../../../src-main/engine/beat/schedule-file.js'
import { appTime } from '../../../src-main/engine/beat/schedule.js'
import { Scheduler, type BeatFact } from '../../../src-main/engine/beat/scheduler.js'
import { Service } from '../../../src-main/engine/beat/beat-loop.js'
import type { Clock } from '../../../src-main/engine/ports/clock.js'
import { Log } from '../../../src-main/engine/ports/log.js'

export interface BeatRun {
  readonly from: string
  readonly until: string
  readonly schedule: BeatSchedule
  readonly file?: string | null
  readonly timezone?: string | null
  readonly enableUtc?: boolean
  readonly deadlineSeconds?: number
  readonly maxIntervalSeconds?: number
  readonly syncEveryTasks?: number
  readonly maxRetries?: number | null
  /** Both may throw. */
  readonly connect?: (at: string) => void
  readonly send?: (task: string, at: string) => void
}

export interface BeatRan {
  /** `18.433 every-second`, seconds and milliseconds. */
  readonly sent: readonly string[]
  /** Without their time: `INFO/MainProcess] beat: Starting...` */
  readonly lines: readonly string[]
  readonly facts: readonly BeatFact[]
}

class QuickClock implements Clock {
  private now: number
  private readonly endMs: number
  private readonly onEnd: () => void

  constructor(from: string, until: string, onEnd: () => void) {
    this.now = Date.parse(from)
    this.endMs = Date.parse(until)
    this.onEnd = onEnd
  }

  nowMs(): number {
    return Math.floor(this.now)
  }

  after(delayMs: number, run: () => void): () => void {
    const turn = setImmediate(() => {
      this.now = Math.min(this.now + delayMs, this.endMs)
      if (this.now >= this.endMs) this.onEnd()
      run()
    })
    return () => clearImmediate(turn)
  }
}

export async function runBeat(run: BeatRun): Promise<BeatRan> {
  const lines: string[] = []
  const sent: string[] = []
  const facts: BeatFact[] = []
  const clock = new QuickClock(run.from, run.until, () => service.stop())
  const iso = (): string => new Date(clock.nowMs()).toISOString()
  const sink = (text: string): Promise<void> => {
    lines.push(...text.trimEnd().split('\n').map((line) => line.replace(/^\[[^:]+:\d\d:[\d,]+: /, ''))) // prettier-ignore
    return Promise.resolve()
  }
  const log = new Log({ processName: 'MainProcess', level: 'DEBUG', sink, clock })
  const { timezone = null, enableUtc: enable_utc = true, maxIntervalSeconds = 300, syncEveryTasks = 0 } = run
  const time = { timezone, enable_utc }
  const tell = (fact: BeatFact): void => void facts.push(fact)
  const scheduler: Scheduler = new Scheduler({
    calls: readBeatSchedule(run.schedule),
    file: run.file ? new ScheduleFile(run.file, time, log) : null,
    time: appTime({ ...time, beat_cron_starting_deadline: run.deadlineSeconds ?? null }),
    maxIntervalSeconds,
    syncEveryTasks,
    connect: () =>
      connectPatiently({
        connect: () => Promise.resolve(run.connect?.(iso())),
        sleep: (seconds) => service.sleep(seconds),
        isStopping: () => service.isStopping,
        maxRetries: run.maxRetries === undefined ? 100 : run.maxRetries,
        log,
      }),
    send: ({ name, task }) => {
      run.send?.(task, iso())
      sent.push(`${iso().slice(17, 23)} ${name}`)
      return Promise.resolve(`id-${sent.length}`)
    },
    clock,
    log,
    tell,
  })
  const service: Service = new Service({ scheduler, clock, log, tell })
  await service.run()
  return { sent, lines, facts }
}
