/** Every phase's `database.py` is the same file: what one phase has taught about it holds in the next. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the copies of database.py in the lessons do not differ', () => {
  const copies = readdirSync('lessons', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\bdatabase\.py$/.test(path),
  )
  expect(copies.length).toBeGreaterThan(0)
  const [first = '', ...others] = copies.map((path) => readFileSync(join('lessons', path), 'utf8'))
  for (const other of others) expect(other).toBe(first)
})
