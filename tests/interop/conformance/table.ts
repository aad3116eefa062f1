/** What the pairings answered, as data for a file, as a page of docs/, and as a list of what went wrong. */
import { format } from 'prettier'

export const pairings = ['celery-to-ours', 'ours-to-celery', 'ours-to-ours'] as const
export type Pairing = (typeof pairings)[number]
/** `pass`, `fail` or `n/a: reason`. */
export type Cell = string

export interface FeatureRow {
  readonly name: string
  readonly cells: Readonly<Record<Pairing, Cell>>
}

export interface Conformance {
  readonly features: readonly FeatureRow[]
}

export interface Outcome {
  readonly name: string
  readonly cell: Cell
  readonly seconds: number
  /** Python's, or what the runner has to say. */
  readonly detail?: string
}

/** Rows in the order of the features; what a pairing never answered has failed. */
export function toConformance(
  names: readonly string[],
  outcomes: ReadonlyMap<Pairing, readonly Outcome[]>,
): Conformance {
  const cell = (pairing: Pairing, name: string): Cell =>
    outcomes.get(pairing)?.find((outcome) => outcome.name === name)?.cell ?? 'fail'
  return {
    features: names.map((name) => ({
      name,
      cells: {
        'celery-to-ours': cell('celery-to-ours', name),
        'ours-to-celery': cell('ours-to-celery', name),
        'ours-to-ours': cell('ours-to-ours', name),
      },
    })),
  }
}

const intro = `# What works together

Each feature is one Python function in plain Celery API (\`tests/interop/features/\`), run three times with the same asserts and one \`tasks.py\` for both workers: a client on real Celery (Debian's 5.2.6) with our worker, our client with a worker of real Celery, and our client with our worker.

\`npm run conformance\` runs them and writes this page; \`-- --json FILE\` keeps the table as data. A test fails when a cell is neither a pass nor a reason, or when this page does not list what was run.
`

export async function toMarkdown({ features }: Conformance): Promise<string> {
  const areas = new Map<string, FeatureRow[]>()
  for (const row of features) {
    const { area } = split(row.name)
    areas.set(area, [...(areas.get(area) ?? []), row])
  }
  const sections = [...areas].map(([area, rows]) => {
    const lines = rows.map(
      ({ name, cells }) => `| ${split(name).what} | ${pairings.map((p) => shown(cells[p])).join(' | ')} |`,
    )
    return `## ${area[0]?.toUpperCase()}${area.slice(1)}\n\n| | Celery → ours | ours → Celery | ours → ours |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`
  })
  const count = `${features.length} features, ${features.length * pairings.length} cells.`
  return format(`${intro}\n${count}\n\n${sections.join('\n')}`, { parser: 'markdown', printWidth: 120 })
}

/** `retries: the rest` belongs to the area `retries`. */
function split(name: string): { readonly area: string; readonly what: string } {
  const [area = '', ...rest] = name.split(': ')
  return { area, what: rest.join(': ').replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_') }
}

function shown(cell: Cell): string {
  return cell === 'pass' ? '✓' : cell === 'fail' ? '**✗**' : cell
}
