/** What the window sends is read field by field: what fits comes through as it was, anything else says where it does not fit. */
import { describe, expect, test } from 'vitest'
import type { CommandName } from '../../src-main/contract/commands.js'
import { commandReaders } from '../../src-main/desktop/command-readers.js'
import { BadInput } from '../../src-main/desktop/read-input.js'

const read = (name: CommandName, input: unknown): unknown => commandReaders[name](input, name)

describe('input that fits comes through unchanged', () => {
  test.each<[CommandName, unknown]>([
    ['app.snapshot', {}],
    ['settings.save', { theme: 'dark', layout: { panes: [20, 50, 30] } }],
    ['settings.save', {}],
    ['lesson.answer', { question: 'q', choice: ['a', 'b'] }],
    ['lesson.reset', { what: 'everything' }],
    ['file.save', { name: 'tasks.py', text: 'x'.repeat(5_000_000) }],
    ['worker.stop', { worker: 'worker@1', how: 'cold' }],
    ['web.buy', { count: 5, path: '/buy?mail=inline', together: true }],
    ['fault.apply', { kind: 'kill-worker', worker: 'worker@1' }],
    ['fault.apply', { kind: 'kill-child', worker: 'worker@1' }],
    ['fault.apply', { kind: 'kill-child', worker: 'worker@1', pid: 4711 }],
    ['fault.apply', { kind: 'slow-mail', delayMs: 4000 }],
    ['fault.apply', { kind: 'stop-mail' }],
    ['fault.apply', { kind: 'stop-redis', forMs: 3000, keepData: false }],
    ['fault.apply', { kind: 'start-redis' }],
    ['lab.looked-at', { what: 'message', id: 'tag', part: 'headers.task' }],
    ['lab.looked-at', { what: 'pause', id: 'on' }],
    ['record.message', { deliveryTag: 'tag' }],
    ['fault.apply', { kind: 'bounce-redis', times: 2 }],
    ['fault.apply', { kind: 'deaf-monitor', forMs: 5_000 }],
    ['terminal.open', { terminal: 'python', columns: 100, rows: 8 }],
    ['terminal.input', { terminal: 'console', data: '\u001b[A\r' }],
    ['terminal.type', { terminal: 'python', line: '1+1' }],
  ])('%s %j', (name, input) => expect(read(name, input)).toEqual(input))
})

describe('input that does not fit is refused, with its place', () => {
  test.each<[CommandName, unknown, string]>([
    ['app.snapshot', null, 'app.snapshot: expected an object, found null'],
    ['app.snapshot', { extra: 1 }, 'unknown field "extra"'],
    ['settings.save', { theme: 'purple' }, 'settings.save.theme: expected one of system, light, dark'],
    ['settings.save', { layout: [] }, 'settings.save.layout: expected an object, found a list'],
    ['settings.save', { layout: { a: 'x'.repeat(300_000) } }, 'settings.save.layout: at most'],
    ['lesson.answer', { question: 'q', choice: ['a', 5] }, 'lesson.answer.choice[1]: expected a text, found 5'],
    ['lesson.step', { step: 'x'.repeat(300) }, 'at most 200 characters, found 300'],
    ['file.save', { name: 'tasks.py' }, 'file.save.text: expected a text, found nothing'],
    ['fault.apply', { kind: 'stop-redis', forMs: 3000 }, 'fault.apply.keepData: expected true or false, found nothing'],
    ['fault.apply', { kind: 'deaf-monitor', forMs: 0 }, 'fault.apply.forMs: expected a whole number from 1 to 600000'],
    ['fault.apply', { kind: 'bounce-redis', times: 99 }, 'fault.apply.times: expected a whole number from 1 to 10'],
    ['web.buy', { count: 0, path: '/buy', together: true }, 'web.buy.count: expected a whole number from 1'],
    ['web.buy', { count: 1e9, path: '/buy', together: true }, 'web.buy.count'],
    ['web.buy', { count: 1, path: 'http://example.com/', together: true }, 'web.buy.path: expected a path'],
    ['web.buy', { count: 1, path: '/a\r\nHost: b', together: true }, 'web.buy.path: expected a path'],
    ['web.buy', { count: 1, path: '/buy', together: 'yes' }, 'web.buy.together: expected true or false'],
    ['fault.apply', { kind: 'kill-everything' }, 'fault.apply.kind: expected one of kill-worker'],
    ['fault.apply', { kind: 'toString' }, 'fault.apply.kind'],
    ['fault.apply', { kind: 'kill-child', worker: 'worker@1', pid: 1 }, 'fault.apply.pid'],
    ['fault.apply', { kind: 'kill-child', worker: 'worker@1', pid: -5 }, 'fault.apply.pid'],
    ['terminal.input', { terminal: 'worker@1', data: 'x' }, 'terminal.input.terminal: expected one of python, console'],
    ['terminal.input', { terminal: 'python', data: 5 }, 'terminal.input.data: expected a text, found 5'],
    ['terminal.resize', { terminal: 'python', columns: 0, rows: 8 }, 'terminal.resize.columns'],
    ['terminal.open', { terminal: 'python', columns: 100 }, 'terminal.open.rows'],
    ['fault.apply', { kind: 'slow-mail', delayMs: Number.NaN }, 'fault.apply.delayMs'],
  ])('%s %j', (name, input, message) => {
    expect(() => read(name, input)).toThrow(BadInput)
    expect(() => read(name, input)).toThrow(message)
  })
})
