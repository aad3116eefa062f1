/** One measured comparison. All numbers of a row come from the same run on the same machine; only the ratio means anything elsewhere. */
export interface Row {
  /** What was counted, and its unit. */
  readonly metric: string
  readonly ours: number
  /** Others doing the same work, by name. */
  readonly peers: Readonly<Record<string, number>>
  /** `ours` as a share of the first peer; null when no peer is on this machine. */
  readonly ratio: number | null
  /** The ratio that we want to reach. */
  readonly target: number
  readonly met: boolean | null
}

export interface Measured {
  readonly metric: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly target: number
}

export function row({ metric, ours, peers, target }: Measured): Row {
  const round = (value: number): number => Number(value.toPrecision(4))
  const first = Object.values(peers)[0]
  const ratio = first === undefined ? null : round(ours / first)
  const rounded = Object.fromEntries(Object.entries(peers).map(([name, value]) => [name, round(value)]))
  return { metric, ours: round(ours), peers: rounded, ratio, target, met: ratio === null ? null : ratio >= target }
}

/** The middle of several runs, so that one hiccup of the machine does not count. */
export async function middleOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = []
  for (let run = 0; run < runs; run++) values.push(await measure())
  values.sort((one, other) => one - other)
  return values[Math.floor(values.length / 2)]!
}
