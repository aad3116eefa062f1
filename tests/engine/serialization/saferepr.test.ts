import { expect, test } from 'vitest'
import { PyTuple, pythonRepr } from '../../../src-main/engine/serialization/python-repr.js'
import { saferepr } from '../../../src-main/engine/serialization/saferepr.js'
import { PyFloat, PyTagged } from '../../../src-main/engine/serialization/wire-value.js'

test('arguments are shown as Celery shows them', () => {
  expect(saferepr(new PyTuple([2]))).toBe('(2,)')
  expect(saferepr(new PyTuple(['æ', null, true, new PyFloat(2), { y: 3 }]))).toBe("('æ', None, True, 2.0, {'y': 3})")
  expect(saferepr([[[[1]]]])).toBe('[[[[...]]]]')
  expect(saferepr("it's")).toBe("'it\\'s'")
})

test('a long value is cut and its brackets are closed', () => {
  expect(saferepr([['a'.repeat(10), 'bbb'], 'ccc'], 10)).toBe("[['aaaaaaaa...', ...]]")
})

test('tagged values read as the Python values they are', () => {
  expect(pythonRepr(new PyTagged('datetime', '2030-01-02T03:04:05.000678'))).toBe(
    'datetime.datetime(2030, 1, 2, 3, 4, 5, 678)',
  )
  expect(pythonRepr(new PyTagged('datetime', '2030-01-02T03:04:00-05:00'))).toBe(
    'datetime.datetime(2030, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))',
  )
  expect(pythonRepr(new PyTagged('base64', '/wA='))).toBe("b'\\xff\\x00'")
  expect(pythonRepr(new PyTagged('datetime', 'yesterday'))).toBe("{'__type__': 'datetime', '__value__': \"yesterday\"}")
})
