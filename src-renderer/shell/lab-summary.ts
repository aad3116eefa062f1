/** Small sums over what the window knows: which terminals there are, and how busy the broker is. */
import type { FeedItem } from '../../src-main/contract/feed.js'
import { TYPED_TERMINALS } from '../../src-main/contract/topology.js'
import type { LabView } from '../../src-main/contract/views.js'
import { typedName } from '../terminals/typed-names.js'

const WIRE = new Set(['message-published', 'message-reserved', 'message-acked', 'message-restored', 'result-stored'])

/** Commands on messages and results in the last second, as seen in Redis' own stream. */
export function commandsInLastSecond(items: readonly FeedItem[], nowMs: number): number {
  let commands = 0
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at]
    if (item === undefined || item.atMs < nowMs - 1000) break
    if (WIRE.has(item.fact.kind)) commands += 1
  }
  return commands
}

/** Workers first, then web and beat, then those that are typed into, then what else has spoken; a pool process writes to its worker's terminal. */
export function terminalNames(lab: LabView, spoken: readonly string[]): readonly string[] {
  const known = lab.processes
    .filter(({ role }) => role === 'worker' || role === 'web' || role === 'beat')
    .map((process) => process.name)
  const rank = (name: string): number =>
    name.startsWith('worker') ? 0 : name === 'web' ? 1 : name.startsWith('beat') ? 2 : typedName(name) !== null ? 3 : 4
  return [...new Set([...known, ...TYPED_TERMINALS, ...spoken])].sort((a, b) => rank(a) - rank(b))
}
