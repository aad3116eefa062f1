/** Buys at the learner's web app: real HTTP POSTs, one connection each, all at once or one after the other. */
import { errorText } from '../contract/error-text.js'
import type { Reply } from '../contract/problem.js'
import { askWeb } from './ask-web.js'
import { DONE, ordersUnanswered, refuse } from './problems.js'

export interface BuyOrder {
  readonly port: number
  readonly count: number
  readonly path: string
  readonly together: boolean
}

const MOST_AT_ONCE = 500

export async function buy(order: BuyOrder): Promise<Reply<null>> {
  const errors: string[] = []
  const count = Math.min(Math.max(1, Math.trunc(order.count)), MOST_AT_ONCE)
  const post = async (): Promise<void> => {
    await askWeb({ port: order.port, path: order.path, method: 'POST' }).catch((error: unknown) =>
      errors.push(errorText(error)),
    )
  }
  if (order.together) await Promise.all(Array.from({ length: count }, post))
  else for (let done = 0; done < count; done += 1) await post()
  return errors.length === 0 ? DONE : refuse(ordersUnanswered(errors.length, count, errors[0] ?? ''))
}
