import { describe, expect, it } from 'vitest'
import { defaultLogFormat, defaultTaskLogFormat, logFormat } from '../../../src-main/engine/ports/log-format.js'
import { Log } from '../../../src-main/engine/ports/log.js'
import { asctime, isLogLevel } from '../../../src-main/engine/ports/log-record.js'
import {
  ignoredLine,
  raisedLine,
  rejectedLine,
  retryLine,
  succeededLine,
} from '../../../src-main/engine/trace/trace-log.js'
import { HeldClock } from '../../support/held-clock.js'
import { readText } from '../../wire/recording.js'

const recorded = readText('01-basic-5.6.3/roundtrip/worker.log.txt').split('\n')
const head = /^\[([\d-]+ [\d:]+),(\d{3}): (\w+)\/([\w-]+)\] (.*)$/

/** Milliseconds of a local time as logs show it. */
function atMs(day: string, ms: string): number {
  return new Date(`${day.replace(' ', 'T')}.${ms}`).getTime()
}

describe('log records', () => {
  it('are formatted as every line of the recording', () => {
    const lines = recorded.flatMap((line) => head.exec(line) ?? []).filter((part) => part.startsWith('['))
    expect(lines.length).toBeGreaterThan(15)
    for (const line of lines) {
      const [, day = '', ms = '', level = '', processName = '', text = ''] = head.exec(line)!
      if (!isLogLevel(level)) throw new Error(`no level in ${line}`)
      const byTask = /^(tasks\.printer)\[([\w-]+)\]: (.*)$/.exec(text)
      const task = byTask ? { name: byTask[1]!, id: byTask[2]! } : null
      const format = logFormat(byTask ? defaultTaskLogFormat : defaultLogFormat)
      const message = byTask ? byTask[3]! : text
      const record = { atMs: atMs(day, ms), level, processName, pid: 1, loggerName: 'celery', message, task }
      expect(format(record)).toBe(line)
    }
  })

  it('say that a task succeeded as the recording, runtime and value included', () => {
    const lines = recorded.filter((line) => line.includes(' succeeded in '))
    expect(lines.length).toBeGreaterThan(4)
    for (const line of lines) {
      const [, displayName, taskId, runtime, shown] = /Task (\S+)\[([\w-]+)\] succeeded in (\S+)s: (.*)$/.exec(line)!
      const { level, message } = succeededLine({ displayName: displayName!, taskId: taskId! }, Number(runtime), shown!)
      expect(line.endsWith(`: ${level}/ForkPoolWorker-2] ${message}`)).toBe(true)
    }
  })

  it('have local time', () => {
    const at = new Date(2026, 10, 22, 11, 36, 40, 107)
    expect(asctime(at.getTime())).toBe('2026-11-22 11:36:40,107')
  })

  it('below the level are not written', async () => {
    const written: string[] = []
    const sink = (text: string): Promise<void> => Promise.resolve(void written.push(text))
    const log = new Log({ processName: 'MainProcess', level: 'WARNING', sink, clock: new HeldClock(0) })
    log.info('no')
    log.warning('yes')
    await log.record({ level: 'DEBUG', message: 'no', loggerName: 'celery' })
    expect(written).toHaveLength(1)
    expect(written[0]).toContain('WARNING/MainProcess] yes\n')
  })
})

describe('the lines of a task that did not succeed', () => {
  const task = { displayName: 'tasks.x', taskId: 'id' }
  const error = {
    excType: 'ValueError',
    excModule: 'builtins',
    excMessageJson: '["bad value"]',
    repr: "ValueError('bad value')",
    tracebackText: 'Traceback (most recent call last):\nValueError: bad value\n',
  }

  it('have the words and levels of the recordings', () => {
    expect(raisedLine(task, error, false)).toEqual({
      level: 'ERROR',
      message:
        "Task tasks.x[id] raised unexpected: ValueError('bad value')\nTraceback (most recent call last):\nValueError: bad value",
    })
    expect(raisedLine(task, error, true)).toEqual({
      level: 'INFO',
      message: "Task tasks.x[id] raised expected: ValueError('bad value')",
    })
    expect(retryLine(task, "Retry in 1s: ValueError('try 0')")).toEqual({
      level: 'INFO',
      message: "Task tasks.x[id] retry: Retry in 1s: ValueError('try 0')",
    })
    expect(ignoredLine(task)).toEqual({ level: 'INFO', message: 'Task tasks.x[id] ignored' })
    expect(rejectedLine(task, { requeue: true, reason: 'again please', tracebackText: 'T\nR\n' })).toEqual({
      level: 'WARNING',
      message: 'Task tasks.x[id] reject requeue=True: again please\nT\nR',
    })
  })
})
