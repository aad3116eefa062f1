import { expect, test } from 'vitest'
import { TimeoutError } from '../../../src-main/engine/errors.js'
import type { ResultMeta } from '../../../src-main/engine/result-backend/result-meta.js'
import { waitForAll } from '../../../src-main/engine/result-backend/wait-for-all.js'

interface Asked {
  readonly ends: (status: string) => void
  readonly fails: (error: Error) => void
  readonly signal: AbortSignal | undefined
}

/** Results end when the test says so. */
class Results {
  readonly asked = new Map<string, Asked>()
  waitFor(taskId: string, { signal }: { readonly signal?: AbortSignal }): Promise<ResultMeta> {
    return new Promise((resolve, reject) => {
      const meta = { task_id: taskId, result: null, traceback: null, children: [], date_done: null }
      this.asked.set(taskId, { ends: (status) => resolve({ ...meta, status }), fails: reject, signal })
    })
  }
  ends(taskId: string, status = 'SUCCESS'): void {
    this.asked.get(taskId)?.ends(status)
  }
}

const forAll = { timeoutSeconds: null, untilFailure: false }
const ids = (metas: readonly ResultMeta[]): readonly string[] => metas.map(({ task_id }) => task_id)

test('all are asked for at once, and answered in the order in which they end', async () => {
  const results = new Results()
  const waiting = waitForAll(results, ['a', 'b', 'c'], forAll)
  for (const id of ['c', 'a', 'b']) results.ends(id, id === 'a' ? 'FAILURE' : 'SUCCESS')
  expect(ids(await waiting)).toEqual(['c', 'a', 'b'])
})

test('the first failure ends it, and nobody waits for the others any more', async () => {
  const results = new Results()
  const waiting = waitForAll(results, ['a', 'b', 'c'], { ...forAll, untilFailure: true })
  results.ends('b')
  results.ends('c', 'REVOKED')
  expect(ids(await waiting)).toEqual(['b', 'c'])
  expect(results.asked.get('a')?.signal?.aborted).toBe(true)
})

test('a time that is over is an error; of none there is nothing to wait for', async () => {
  const results = new Results()
  const waiting = waitForAll(results, ['a', 'b'], forAll)
  results.asked.get('b')?.fails(new TimeoutError('The operation timed out.'))
  await expect(waiting).rejects.toThrow(TimeoutError)
  expect(results.asked.get('a')?.signal?.aborted).toBe(true)
  expect(await waitForAll(results, [], forAll)).toEqual([])
})
