/** Terminal text: colours for lines that have none, and the places of task ids. */
import { expect, it } from 'vitest'
import { colourLevels } from '../../../src-renderer/terminals/colour-levels.js'
import { findTaskIds } from '../../../src-renderer/terminals/task-links.js'

const ID = '7b1e44a0-1001-4c2e-9f00-000000000001'

it('colours the level of each log line and changes no letter', () => {
  const text = `[2026-11-22 11:04:18,204: INFO/MainProcess] Task t[${ID}] received\r\nplain\r\n[2026-11-22 11:04:19,377: ERROR/MainProcess] gone\r\n`
  const coloured = colourLevels(text)
  expect(coloured).toContain('\u001b[34mINFO\u001b[0m')
  expect(coloured).toContain('\u001b[31mERROR\u001b[0m')
  expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(text)
})

it('leaves text alone that has colours of its own', () => {
  const text = '\u001b[33m[2026-11-22 11:04:18,204: WARNING/MainProcess] x\u001b[0m'
  expect(colourLevels(text)).toBe(text)
})

it('finds every task id of a line with its column', () => {
  expect(findTaskIds(`Task t[${ID}] then ${ID}`)).toEqual([
    { taskId: ID, start: 7 },
    { taskId: ID, start: 50 },
  ])
  expect(findTaskIds('no id here')).toEqual([])
})
