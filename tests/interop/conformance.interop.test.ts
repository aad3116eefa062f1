/** Every feature in its three pairings with real Celery, and the page of docs/ that tells of them. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runConformance } from './conformance/run.js'
import { pairings, toMarkdown, type Conformance, type Outcome, type Pairing } from './conformance/table.js'

const minutes = 20

test(
  'every feature works in every pairing or says why there is none, and docs/CONFORMANCE.md lists them all',
  async () => {
    const details = new Map<string, string>()
    const tell = (pairing: Pairing, { name, cell, detail }: Outcome): void => {
      if (cell === 'pass' || /^n\/a: .{10,}/.test(cell)) details.delete(`${pairing} ${name}`)
      else details.set(`${pairing} ${name}`, detail ?? cell)
    }
    const made = await again(await runConformance({ tell }), tell)
    expect([...details].map(([cell, detail]) => `${cell}\n${detail}`).join('\n\n')).toBe('')
    expect(made.features.length).toBeGreaterThanOrEqual(60)
    expect(failedCells(made)).toEqual([])
    expect(await readFile('docs/CONFORMANCE.md', 'utf8')).toBe(await toMarkdown(made))
  },
  minutes * 60_000,
)

/** What failed beside two other pairings is run once more by itself: a feature about waiting can be late on a busy machine. */
async function again(made: Conformance, tell: (pairing: Pairing, outcome: Outcome) => void): Promise<Conformance> {
  let { features } = made
  for (const { pairing, name } of failedCells(made)) {
    console.log(`once more: ${pairing} ${name}`)
    const one = await runConformance({ tell, only: name, pairings: [pairing] })
    const cell = one.features.find((feature) => feature.name === name)?.cells[pairing]
    if (cell === undefined) continue
    features = features.map((feature) =>
      feature.name === name ? { ...feature, cells: { ...feature.cells, [pairing]: cell } } : feature,
    )
  }
  return { ...made, features }
}

function failedCells({ features }: Conformance): readonly { readonly pairing: Pairing; readonly name: string }[] {
  return features.flatMap(({ name, cells }) =>
    pairings.filter((pairing) => cells[pairing] === 'fail').map((pairing) => ({ pairing, name })),
  )
}
