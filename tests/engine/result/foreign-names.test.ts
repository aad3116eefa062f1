/** Names that come from outside are looked up among ours only: `constructor` and the like are nobody's. */
import { expect, it } from 'vitest'
import { errorOfMeta, RemoteError } from '../../../src-main/engine/result/remote-error.js'
import type { ResultMeta } from '../../../src-main/engine/result-backend/result-meta.js'
import { acceptedTypes } from '../../../src-main/engine/serialization/registry.js'
import { codeProblem } from '../../../src-main/processes/wiring/code-problem.js'

const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty']

it.each(names)('an exception class called %s is a remote error of that name', (name) => {
  const result = { exc_type: name, exc_module: 'shop', exc_message: ['sold out'] }
  const error = errorOfMeta({ result, traceback: null } as unknown as ResultMeta)
  expect(error).toBeInstanceOf(RemoteError)
  expect(error.name).toBe(name)
})

it.each(names)('accept_content may not name %s', (name) => {
  expect(() => acceptedTypes([name])).toThrow(/accept_content names/)
})

it.each(names)('a %s out of the learner’s code is a Python error like any other', (type) => {
  const error = { type, message: 'no', file: 'tasks.py', line: 1, column: null, traceback: '' }
  expect(codeProblem(error, 'Nothing runs.').code).toBe('python-error')
})
