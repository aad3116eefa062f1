/** What every process of the lab is started with, and a fork whose text and end are already taken care of. */
import { join } from 'node:path'
import type { Fact } from '../contract/feed.js'
import { ChildHandle, type Exit } from './child-handle.js'
import type { LabPlaces } from './lab-interface.js'
import type { ProcessBook } from './process-book.js'
import { ProcessText, levelOf, withoutColours } from './process-text.js'
import type { Terminals } from './terminals.js'

export interface Surroundings {
  readonly places: LabPlaces
  readonly book: ProcessBook
  readonly terminals: Terminals
  readonly tell: (fact: Fact) => void
  readonly nowMs: () => number
  /** Aborted when the lab is being stopped for good: nothing is started any more. */
  readonly stopping: AbortSignal
}

export type EntryName = 'worker' | 'web' | 'beat' | 'world' | 'redis-host' | 'code-check' | 'python-prompt' | 'console'

/** Forks `entry`. What it writes goes to the terminal of `name` and to the record; without a name, nowhere. */
export function forkEntry<ToChild extends object, FromChild extends { readonly kind: string }>(
  entry: EntryName,
  name: string | null,
  { places, terminals, tell, nowMs }: Surroundings,
): ChildHandle<ToChild, FromChild> {
  const child = new ChildHandle<ToChild, FromChild>({
    execPath: places.execPath,
    entry: join(places.entriesFolder, `${entry}.cjs`),
  })
  child.start()
  if (name === null) {
    child.onText(() => undefined) // read all the same: a full pipe stops its writer
    return child
  }
  const text = new ProcessText({
    nowMs,
    onText: (lines) => terminals.write(name, lines),
    onLine: (stream, line) =>
      tell({ kind: 'log-line', process: name, stream, level: levelOf(line), text: withoutColours(line) }),
  })
  child.onText((stream, chunk) => text.take(stream, chunk))
  child.onTextEnd(() => text.close())
  return child
}

/** Sends `stop` and gives it time; then kills it. True when it ended by itself. */
export async function stopChild<ToChild extends object, FromChild extends { readonly kind: string }>(
  child: ChildHandle<ToChild, FromChild>,
  stop: ToChild,
  limitMs: number,
): Promise<boolean> {
  if (child.send(stop) && (await child.exitedWithin(limitMs))) return true
  await killChild(child)
  return false
}

/** SIGKILL is not asked, but the kernel may be busy. */
const KILLED_WITHIN_MS = 2_000

/** Kills it and waits for its end. */
export async function killChild(child: Pick<ChildHandle<never, never>, 'kill' | 'exitedWithin'>): Promise<void> {
  child.kill()
  await child.exitedWithin(KILLED_WITHIN_MS)
}

export function exitFact(
  exit: Exit,
  expected: boolean,
): { code: number | null; signal: string | null; expected: boolean } {
  return { code: exit.code, signal: exit.signal, expected }
}
