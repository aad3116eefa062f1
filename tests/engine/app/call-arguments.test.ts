import { describe, expect, test } from 'vitest'
import { argumentsInOrder } from '../../../src-main/engine/app/call-arguments.js'

const add = { name: 'add', required: 2, params: ['x', 'y', 'z'] }
const unnamed = { name: 'add', required: 2, params: null }

describe('arguments in order', () => {
  test.each([
    [[1, 2], {}, [1, 2]],
    [[1], { y: 2 }, [1, 2]],
    [[], { y: 2, x: 1 }, [1, 2]],
    [[1, 2], { z: 3 }, [1, 2, 3]],
  ])('%j %j', (args, kwargs, ordered) => {
    expect(argumentsInOrder(add, args, kwargs)).toEqual(ordered)
  })

  test('a parameter left out is undefined, so that its default counts', () => {
    const ordered = argumentsInOrder({ ...add, required: 1 }, [1], { z: 3 })
    expect([...ordered]).toEqual([1, undefined, 3])
  })

  test.each([
    [add, [1], {}, "add() missing 1 required positional argument: 'y'"],
    [add, [], {}, "add() missing 2 required positional arguments: 'x' and 'y'"],
    [add, [1, 2, 3, 4], {}, 'add() takes 3 positional arguments but 4 were given'],
    [{ ...add, params: ['x'], required: 1 }, [1, 2], {}, 'add() takes 1 positional argument but 2 were given'],
    [add, [1], { x: 1 }, "add() got multiple values for argument 'x'"],
    [add, [1], { q: 1 }, "add() got an unexpected keyword argument 'q'"],
    [unnamed, [1], {}, 'add() missing 1 required positional argument: number 2'],
    [unnamed, [1], { y: 2 }, 'its parameters have no names here'],
  ])('%j %j %j is a TypeError', (task, args, kwargs, message) => {
    expect(() => argumentsInOrder(task, args, kwargs)).toThrow(message)
  })
})

describe('a task that takes all keyword arguments', () => {
  const named = { name: 'tasks.buy', required: 1, params: ['seat', 'price'], takesKwargs: true }
  const unnamed = { name: 'tasks.echo', required: 0, params: null, takesKwargs: true }

  test('gets those that no name takes as its last parameter', () => {
    expect(argumentsInOrder(named, ['A1'], { price: 5, gift: true })).toEqual(['A1', 5, { gift: true }])
    expect(argumentsInOrder(named, [], { seat: 'A1' })).toEqual(['A1', undefined, {}])
    expect(argumentsInOrder(unnamed, [1, 2], { x: 3 })).toEqual([1, 2, { x: 3 }])
    expect(argumentsInOrder(unnamed, [], {})).toEqual([{}])
  })

  test('still refuses a value given twice, and a missing one', () => {
    expect(() => argumentsInOrder(named, ['A1'], { seat: 'A2' })).toThrow("multiple values for argument 'seat'")
    expect(() => argumentsInOrder(named, [], { gift: true })).toThrow("missing 1 required positional argument: 'seat'")
  })
})
