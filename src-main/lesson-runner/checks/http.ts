/**
 * `http`: answers of the learner's web app, by path, status and time. From `http-request` and `http-response` facts.
 * With `together`, the answers must belong to one burst (requests that were open at the same time), and the n-th must have
 * taken more than so many times as long as the first.
 */
import * as v from 'valibot'
import type { FactOf } from '../../contract/feed.js'
import type { Verdict, Watch } from './watch.js'
import { counted, duration } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const httpCheck = v.strictObject({
  kind: v.literal('http'),
  method: v.exactOptional(v.picklist(['GET', 'POST'])),
  /** Without the query string. */
  path: v.exactOptional(v.pipe(v.string(), v.startsWith('/'))),
  status: v.exactOptional(v.picklist(['2xx', '4xx', '5xx', '503'])),
  overMs: v.exactOptional(v.number()),
  underMs: v.exactOptional(v.number()),
  atLeast: v.exactOptional(count, 1),
  together: v.exactOptional(v.strictObject({ count, lastOverFirst: v.number() })),
})
export type HttpCheck = v.InferOutput<typeof httpCheck>
type Response = FactOf<'http-response'>

export function matchesRequest(
  wanted: Pick<HttpCheck, 'method' | 'path'>,
  seen: { readonly method: string; readonly path: string },
): boolean {
  const path = seen.path.split('?')[0]
  return (
    (wanted.method === undefined || seen.method === wanted.method) &&
    (wanted.path === undefined || path === wanted.path)
  )
}

export function watchHttp(wanted: HttpCheck): Watch {
  let matching = 0
  let last: Response | null = null
  let lastMatching: Response | null = null
  const open = new Set<string>()
  let burst: Response[] = []
  let bestBurst: readonly Response[] = []

  return {
    see({ fact }) {
      if (fact.kind === 'http-request') {
        if (open.size === 0) burst = []
        open.add(fact.requestId)
      }
      if (fact.kind !== 'http-response') return
      open.delete(fact.requestId)
      if (!matchesRequest(wanted, fact)) return
      last = fact
      if (!fits(wanted, fact)) return
      matching += 1
      lastMatching = fact
      burst.push(fact)
      const enough = wanted.together !== undefined && bestBurst.length >= wanted.together.count
      if (!enough || burst.length >= (wanted.together?.count ?? 0)) bestBurst = burst
    },
    verdict: () =>
      wanted.together === undefined
        ? oneByOne(wanted, { matching, last, lastMatching })
        : inOneBurst(wanted, wanted.together, bestBurst, last),
  }
}

function fits(wanted: HttpCheck, { status, durationMs }: Response): boolean {
  if (wanted.status !== undefined && !isStatus(wanted.status, status)) return false
  if (wanted.overMs !== undefined && durationMs <= wanted.overMs) return false
  return wanted.underMs === undefined || durationMs < wanted.underMs
}

/** `5xx` is any of its hundred. */
const isStatus = (wanted: string, status: number): boolean =>
  wanted.endsWith('xx') ? Math.floor(status / 100) === Number(wanted[0]) : status === Number(wanted)

interface SeenOneByOne {
  readonly matching: number
  readonly last: Response | null
  readonly lastMatching: Response | null
}

function oneByOne(wanted: HttpCheck, { matching, last, lastMatching }: SeenOneByOne): Verdict {
  if (matching >= wanted.atLeast && lastMatching !== null) {
    const many = wanted.atLeast > 1 ? `${counted(matching, 'answer')}; the last: ` : ''
    return { passed: true, observed: `${many}${describe(lastMatching)}.` }
  }
  const seen =
    last === null ? 'No answer seen yet' : `${counted(matching, 'such answer')} seen; the last: ${describe(last)}`
  return {
    passed: false,
    observed: `${seen}. Waiting for ${wanted.atLeast > 1 ? counted(wanted.atLeast, 'answer') : 'an answer'} ${describeWanted(wanted)}.`,
  }
}

function inOneBurst(
  wanted: HttpCheck,
  { count: wantedCount, lastOverFirst }: NonNullable<HttpCheck['together']>,
  burst: readonly Response[],
  last: Response | null,
): Verdict {
  const first = burst[0]
  const nth = burst[wantedCount - 1]
  if (first === undefined || nth === undefined) {
    const stray = first === undefined && last !== null ? ` (the last: ${describe(last)})` : ''
    return {
      passed: false,
      observed: `${counted(burst.length, 'fitting answer')} in one burst${stray}. Waiting for ${wantedCount} sent at the same time, each ${describeWanted(wanted)}.`,
    }
  }
  const times = nth.durationMs / first.durationMs
  const numbers = `The first buyer waited ${duration(first.durationMs)}, number ${wantedCount} waited ${duration(nth.durationMs)}: ${times.toFixed(1)} times as long`
  if (times > lastOverFirst) return { passed: true, observed: `${numbers}.` }
  return { passed: false, observed: `${numbers}. Waiting for more than ${lastOverFirst} times.` }
}

function describe({ method, path, status, durationMs }: Response): string {
  return `${method} ${path} answered ${status} after ${duration(durationMs)}`
}

function describeWanted({ method, path, status, overMs, underMs }: HttpCheck): string {
  const parts: string[] = []
  if (method !== undefined || path !== undefined)
    parts.push(`to ${[method, path].filter((part) => part !== undefined).join(' ')}`)
  if (status !== undefined) parts.push(`with ${status}`)
  if (overMs !== undefined) parts.push(`after more than ${duration(overMs)}`)
  if (underMs !== undefined) parts.push(`in under ${duration(underMs)}`)
  return parts.length === 0 ? 'of the web app' : parts.join(' ')
}
