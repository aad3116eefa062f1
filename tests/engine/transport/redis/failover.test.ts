import { expect, it } from 'vitest'
import { Failover, readFailoverStrategy } from '../../../../src-main/engine/transport/redis/failover.js'

it('round-robin comes to each in turn, shuffle to whatever the dice say', () => {
  const inTurn = new Failover(['a', 'b', 'c'], 'round-robin', () => 0)
  const dice = [0.9, 0, 0.34]
  const shuffled = new Failover(['a', 'b', 'c'], 'shuffle', () => dice.shift() ?? 0)
  const three = (one: Failover<string>): string =>
    [1, 2, 3].reduce((seen) => (one.switchToNext(), seen + one.current), one.current)
  expect([three(inTurn), three(shuffled)]).toEqual(['abca', 'acab'])
})

it('knows the strategies that Celery names', () => {
  expect([null, 'round-robin', 'shuffle'].map(readFailoverStrategy)).toEqual(['round-robin', 'round-robin', 'shuffle'])
  expect(() => readFailoverStrategy('mine')).toThrow("'mine', expected 'round-robin' or 'shuffle'")
})
