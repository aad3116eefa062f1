/** Every feature in its three pairings with real Celery, and the page of docs/ that tells of them. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runConformance } from './conformance/run.js'
import { pairings, toMarkdown, type Conformance, type Outcome, type Pairing } from './conformance/table.js'

const minutes = 10

test(
  'every feature works in every pairing or says why there is none, and docs/CONFORMANCE.md lists them all',
  async () => {
    const failures: string[] = []
    const tell = (pairing: Pairing, { name, cell, detail }: Outcome): void => {
      if (cell !== 'pass' && !/^n\/a: .{10,}/.test(cell)) failures.push(`${pairing} ${name}\n${detail ?? cell}`)
    }
    const made = await runConformance({ tell })
    expect(failures.join('\n\n')).toBe('')
    expect(made.features.length).toBeGreaterThanOrEqual(60)
    expect(failedCells(made)).toEqual([])
    expect(await readFile('docs/CONFORMANCE.md', 'utf8')).toBe(await toMarkdown(made))
  },
  minutes * 60_000,
)

function failedCells({ features }: Conformance): readonly string[] {
  return features.flatMap(({ name, cells }) =>
    pairings.filter((pairing) => cells[pairing] === 'fail').map((pairing) => `${pairing} ${name}`),
  )
}
