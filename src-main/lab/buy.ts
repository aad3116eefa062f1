/** Buys at the learner's web app: real HTTP POSTs, one connection each, all at once or one after the other. */
import { request } from 'node:http'
import type { Reply } from '../contract/problem.js'
import { DONE, ordersUnanswered, refuse } from './problems.js'

export interface BuyOrder {
  readonly port: number
  readonly count: number
  readonly path: string
  readonly together: boolean
}

/** As long as a patient buyer waits. */
const ANSWER_WITHIN_MS = 120_000
const MOST_AT_ONCE = 500

export async function buy(order: BuyOrder): Promise<Reply<null>> {
  const errors: string[] = []
  const count = Math.min(Math.max(1, Math.trunc(order.count)), MOST_AT_ONCE)
  const post = async (): Promise<void> => {
    const error = await postOnce(order.port, order.path)
    if (error !== null) errors.push(error)
  }
  if (order.together) await Promise.all(Array.from({ length: count }, post))
  else for (let done = 0; done < count; done += 1) await post()
  return errors.length === 0 ? DONE : refuse(ordersUnanswered(errors.length, count, errors[0] ?? ''))
}

/** Null when it was answered, with whatever status: a 500 is an answer, and a fact that the web process tells. */
function postOnce(port: number, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const ask = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent: false,
        headers: { 'content-length': 0, connection: 'close' },
        timeout: ANSWER_WITHIN_MS,
      },
      (response) => {
        response.on('end', () => resolve(null))
        response.on('error', (error) => resolve(error.message))
        response.resume()
      },
    )
    ask.on('timeout', () => ask.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} seconds`)))
    ask.on('error', (error) => resolve(error.message))
    ask.end()
  })
}
