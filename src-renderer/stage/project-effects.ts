/** Requests to the web app and the ledger of the outside world → what the App and Outside world stations show. */
import type { WebFact, WorldFact } from '../../src-main/contract/feed.js'
import { REQUESTS_KEPT, type StageDraft } from './stage-draft.js'

export function applyWebFact(draft: StageDraft, fact: WebFact, atMs: number): void {
  const { requestId: id, method, path } = fact
  if (fact.kind === 'http-request') {
    const request = { id, method, path, sentAtMs: atMs, status: null, durationMs: null }
    draft.requests = [...draft.requests, request].slice(-REQUESTS_KEPT)
    return
  }
  const { status, durationMs } = fact
  const known = draft.requests.some((request) => request.id === id)
  draft.requests = known
    ? draft.requests.map((request) => (request.id === id ? { ...request, status, durationMs } : request))
    : [...draft.requests, { id, method, path, sentAtMs: atMs - durationMs, status, durationMs }].slice(-REQUESTS_KEPT)
}

export function applyWorldFact(draft: StageDraft, fact: WorldFact): void {
  if (fact.kind === 'world-changed') {
    draft.mail = fact.mail
    draft.api = fact.api
    return
  }
  const { ledger } = draft
  if (fact.refused) {
    ledger.refused += 1
    return
  }
  if (fact.effect === 'mail') ledger.mails += 1
  if (fact.effect === 'api') ledger.calls += 1
  if (fact.effect === 'file') ledger.files += 1
  if (fact.effect === 'api') return // asking twice for the same seats is no double
  const key = `${fact.effect} ${fact.key}`
  const times = (ledger.keys.get(key) ?? 0) + 1
  ledger.keys.set(key, times)
  if (times > 1) ledger.doubles += 1
}
