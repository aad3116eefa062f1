/** `looked-at` with hand-made facts: what really is there counts, and nothing else. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Fact, FactOf } from '../../../src-main/contract/feed.js'
import { checkSpec, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { CHILD_PID, exited, lengths, published, verdictOf, WORKER_PID } from '../hand-made-facts.js'

type Spec = v.InferInput<typeof checkSpec> & { readonly kind: CheckSpec['kind'] }

const look = (what: FactOf<'looked-at'>['what'], id: string, part?: string): Fact => ({
  kind: 'looked-at',
  what,
  id,
  ...(part === undefined ? {} : { part }),
  by: 'learner',
})
/** As a lesson writes it: what is left out has its default. */
const judged = (check: Spec, facts: readonly Fact[]) => verdictOf(v.parse(checkSpec, check), facts)
const passes = (check: Spec, facts: readonly Fact[]): boolean => judged(check, facts).passed
const observed = (check: Spec, facts: readonly Fact[]): string => judged(check, facts).observed

describe('a message', () => {
  const opened: Spec = { kind: 'looked-at', what: 'message' }
  const threeParts: Spec = { kind: 'looked-at', what: 'message', parts: ['task', 'id', 'args'] }
  const point = (tag: string, part: string): Fact => look('message', tag, part)

  it('counts when it was published, and not when nobody ever saw it', () => {
    expect(passes(opened, [published('a'), look('message', 'tag-a')])).toBe(true)
    expect(passes(opened, [published('a'), look('message', 'tag-b')])).toBe(false)
    expect(observed(opened, [look('message', 'tag-b')])).toBe(
      '0 messages opened (tag-b is not there). Waiting for 1 message.',
    )
  })

  it('says which pieces are still to be pointed at', () => {
    expect(observed(threeParts, [])).toBe('No message has been opened yet.')
    expect(observed(threeParts, [published('a'), look('message', 'tag-a')])).toBe(
      'A message is open. Still to point at: the task’s name, the task id and the arguments.',
    )
    expect(observed(threeParts, [published('a'), point('tag-a', 'headers.task')])).toBe(
      'Pointed at the task’s name. Still to point at: the task id and the arguments.',
    )
  })

  it('is green with all three in one message, wherever the id was found', () => {
    const parts = ['headers.task', 'properties.correlation_id', 'body.args']
    expect(passes(threeParts, [published('a'), ...parts.map((part) => point('tag-a', part))])).toBe(true)
    const inBody = ['body.task', 'body.id', 'body.args']
    expect(passes(threeParts, [published('a'), ...inBody.map((part) => point('tag-a', part))])).toBe(true)
  })

  it('the copy of the arguments for logs is not the arguments', () => {
    const parts = ['headers.task', 'headers.id', 'headers.argsrepr']
    expect(passes(threeParts, [published('a'), ...parts.map((part) => point('tag-a', part))])).toBe(false)
  })

  it('pieces of two messages do not add up', () => {
    const facts = [
      published('a'),
      published('b'),
      point('tag-a', 'headers.task'),
      point('tag-a', 'headers.id'),
      point('tag-b', 'body.args'),
    ]
    expect(passes(threeParts, facts)).toBe(false)
  })
})

describe('processes', () => {
  const parentThenChild: Spec = {
    kind: 'in-order',
    of: [
      { kind: 'looked-at', what: 'worker' },
      { kind: 'looked-at', what: 'pool-process' },
    ],
  }

  it('the parent, then one of its children', () => {
    expect(passes(parentThenChild, [look('worker', 'worker@1'), look('pool-process', String(CHILD_PID))])).toBe(true)
    expect(observed(parentThenChild, [look('worker', 'worker@1'), look('pool-process', String(CHILD_PID))])).toBe(
      `worker@1 was opened. worker@1's child (pid ${CHILD_PID}) was opened.`,
    )
  })

  it('a child before its parent, the parent’s pid as a child, or a pid of nobody is not enough', () => {
    expect(passes(parentThenChild, [look('pool-process', String(CHILD_PID)), look('worker', 'worker@1')])).toBe(false)
    const parent = look('worker', 'worker@1')
    expect(passes(parentThenChild, [parent, look('pool-process', String(WORKER_PID))])).toBe(false)
    expect(passes(parentThenChild, [parent, look('pool-process', '9999')])).toBe(false)
  })

  it('a worker that has ended is not there', () => {
    const gone = exited('worker', 'worker@1', WORKER_PID)
    expect(passes({ kind: 'looked-at', what: 'worker' }, [gone, look('worker', 'worker@1')])).toBe(false)
  })
})

describe('the pause', () => {
  const whileBusy: Spec = { kind: 'while', condition: 'child-busy', check: { kind: 'looked-at', what: 'pause' } }
  const slot = (taskId: string | null): Fact => ({ kind: 'slot', worker: 'worker@1', pid: CHILD_PID, taskId })

  it('counts when it is switched on', () => {
    expect(passes({ kind: 'looked-at', what: 'pause' }, [look('pause', 'on')])).toBe(true)
    expect(passes({ kind: 'looked-at', what: 'pause' }, [look('pause', 'off')])).toBe(false)
  })

  it('while a child works, and neither before nor after', () => {
    expect(passes(whileBusy, [slot('a'), look('pause', 'on')])).toBe(true)
    expect(passes(whileBusy, [look('pause', 'on'), slot('a')])).toBe(false)
    expect(passes(whileBusy, [slot('a'), slot(null), look('pause', 'on')])).toBe(false)
    expect(observed(whileBusy, [lengths(0)])).toBe(
      'The picture has not been paused. It counts while a child runs a task; that is not so now.',
    )
  })

  it('a picture that stands still since before does not count, and the sentence says what to press', () => {
    expect(observed(whileBusy, [look('pause', 'on'), slot('a'), lengths(0)])).toBe(
      'The picture has stood still since before. Press Go on, then Pause once more.',
    )
    expect(passes(whileBusy, [look('pause', 'on'), slot('a'), look('pause', 'off'), look('pause', 'on')])).toBe(true)
  })
})
