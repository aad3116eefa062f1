/** Python's formats for log lines. What is expected is what `'…' % fields` gives in Python 3.11. */
import { describe, expect, it } from 'vitest'
import { Log } from '../../../src-main/engine/ports/log.js'
import { coloured, logFormat } from '../../../src-main/engine/ports/log-format.js'
import type { LogRecord } from '../../../src-main/engine/ports/log-record.js'
import { HeldClock } from '../../support/held-clock.js'

const record: LogRecord = {
  atMs: new Date(2026, 10, 22, 11, 36, 40, 7).getTime(),
  level: 'WARNING',
  processName: 'ForkPoolWorker-1',
  pid: 4711,
  loggerName: 'celery.app.trace',
  message: 'hello %s',
}

describe('a format', () => {
  it.each([
    ['%(message)s', 'hello %s'],
    ['%(levelname)-9s|%(levelname)9s|%(levelname).4s|', 'WARNING  |  WARNING|WARN|'],
    ['%(levelno)d %(levelno)05d %(levelno)s %(levelno)-5d|', '30 00030 30 30   |'],
    ['%(process)d/%(processName)s %(name)s', '4711/ForkPoolWorker-1 celery.app.trace'],
    ['%(asctime)s %(msecs)03d', '2026-11-22 11:36:40,007 007'],
    ['100%% %(message)s', '100% hello %s'],
    ['%(task_name)s[%(task_id)s] %(message)s', '???[???] hello %s'],
  ])('%s', (format, line) => {
    expect(logFormat(format)(record)).toBe(line)
  })

  it('names the task of a task logger', () => {
    const line = logFormat('%(task_name)s[%(task_id)s]')({ ...record, task: { name: 'tasks.add', id: 'id-1' } })
    expect(line).toBe('tasks.add[id-1]')
  })

  it.each([
    ['%(colour)s', 'a log record has no field "colour"'],
    ['%(message)q', 'expected s, d or f'],
    ['no field', 'has no field such as %(message)s'],
  ])('that cannot be used says why: %s', (format, words) => {
    expect(() => logFormat(format)).toThrow(words)
  })
})

it('levels have their colours, INFO has none', () => {
  expect(coloured('line', 'ERROR')).toBe('\u001b[1;31mline\u001b[0m')
  expect(coloured('line', 'INFO')).toBe('line')
})

describe('a log', () => {
  const written: string[] = []
  const log = (terminal: boolean): Log => {
    written.length = 0
    const sink = (text: string): Promise<void> => Promise.resolve(void written.push(text))
    return new Log({ processName: 'MainProcess', level: 'INFO', sink, clock: new HeldClock(0), terminal })
  }

  it('has colours on a terminal, unless worker_log_color is off', () => {
    const shown = log(true)
    shown.use({ worker_log_format: '%(message)s' })
    shown.error('in red')
    shown.use({ worker_log_format: '%(message)s', worker_log_color: false })
    shown.error('plain')
    expect(written).toEqual(['\u001b[1;31min red\u001b[0m\n', 'plain\n'])
  })

  it('goes on with the format before one that cannot be used, and says so', () => {
    const shown = log(false)
    shown.use({ worker_log_format: '%(levelname)s %(message)s' })
    shown.use({ worker_log_format: '%(nothing)s' })
    shown.info('still there')
    expect(written[0]).toContain('WARNING worker_log_format cannot be used and is left alone')
    expect(written[1]).toBe('INFO still there\n')
  })

  it('given to the code sends the engine’s records there, and writes what the code leaves to it', async () => {
    const received: string[] = []
    const shown = log(false)
    shown.use({ worker_log_format: '%(message)s' })
    shown.give((one) => Promise.resolve(void received.push(one.message)))
    shown.info('of the engine')
    await shown.fromCode({ level: 'INFO', loggerName: 'shop', message: 'of the code' })
    await shown.fromCode({ level: 'INFO', loggerName: 'shop', message: 'a line\n', formatted: true })
    expect(received).toEqual(['of the engine'])
    expect(written).toEqual(['of the code\n', 'a line\n'])
  })
})
