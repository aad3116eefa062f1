import { describe, expect, test } from 'vitest'
import { raisedError } from '../../../src-main/engine/app/raised-error.js'
import { Reject, SoftTimeLimitExceeded } from '../../../src-main/engine/errors.js'
import { RemoteError } from '../../../src-main/engine/result/remote-error.js'

class SoldOut extends Error {}
class Named extends Error {
  override readonly name = 'Renamed'
  readonly module = 'shop.errors'
}
const remote = new RemoteError({ name: 'ValueError', module: 'builtins', args: ['a', 2], traceback: null })
const aborted = Object.assign(new Error('The operation was aborted', { cause: new SoftTimeLimitExceeded() }), {
  name: 'AbortError',
})

describe('what was thrown, as results carry it', () => {
  test.each([
    [new TypeError('no'), 'TypeError', 'builtins', '["no"]', "TypeError('no')"],
    [new Error(''), 'Error', 'builtins', '[]', 'Error()'],
    [new SoldOut('x'), 'SoldOut', 'shop.tasks', '["x"]', "SoldOut('x')"],
    [new Named("it's"), 'Renamed', 'shop.errors', '["it\'s"]', 'Renamed("it\'s")'],
    [remote, 'ValueError', 'builtins', '["a", 2]', "ValueError('a', 2)"],
    [new Reject('r'), 'Reject', 'celery.exceptions', '["r"]', "Reject('r')"],
    [aborted, 'SoftTimeLimitExceeded', 'billiard.exceptions', '[]', 'SoftTimeLimitExceeded()'],
    ['text', 'Error', 'builtins', expect.stringContaining("no Error was thrown: 'text'"), expect.anything()],
    [undefined, 'Error', 'builtins', expect.stringContaining('no Error was thrown: None'), expect.anything()],
    [() => 1, 'Error', 'builtins', expect.stringContaining('[object Function]'), expect.anything()],
  ])('%s', (thrown, excType, excModule, excMessageJson, repr) => {
    expect(raisedError(thrown, 'shop.tasks.buy')).toMatchObject({ excType, excModule, excMessageJson, repr })
  })

  test('an argument that cannot be stored is replaced by its text', () => {
    const error = Object.assign(new Error('x'), { args: [new Map(), 1] })
    expect(raisedError(error, 'a.b').excMessageJson).toBe('["[object Map]", 1]')
  })

  test('the traceback names the class and the causes, also of one that is its own cause', () => {
    const cause = new TypeError('inner')
    const error = new SoldOut('outer', { cause })
    cause.cause = error
    const { tracebackText } = raisedError(error, 'a.b')
    expect(tracebackText).toMatch(/^SoldOut: outer\n {4}at [^]*\nCaused by: TypeError: inner\n[^]*\n$/)
  })
})
