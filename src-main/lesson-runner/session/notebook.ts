/**
 * The notebook on the disk: one card for each aha, in notebook/<phase>/<step>.json of the data folder, with the learner's own words and the
 * facts of the step behind it. Written when the step turns green and when the learner writes; a card that cannot be read is set aside and told.
 */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { errorText } from '../../contract/error-text.js'
import type { Fact, FeedItem } from '../../contract/feed.js'
import type { Problem } from '../../contract/problem.js'
import { writeAtomic } from './atomic-write.js'

/** A run is read as a list; of a longer one the end, with the green check, is kept. */
const MOST_ITEMS = 300
const MOST_CHARACTERS = 300_000

const card = v.object({
  version: v.literal(1),
  phase: v.string(),
  step: v.string(),
  savedAtMs: v.number(),
  words: v.string(),
  /** Earlier facts of the same run that were not kept. */
  leftOut: v.number(),
  items: v.array(v.looseObject({ seq: v.number(), atMs: v.number(), fact: v.looseObject({ kind: v.string() }) })),
})
type CardFile = v.InferOutput<typeof card>

export interface Card extends Omit<CardFile, 'items'> {
  readonly items: readonly FeedItem[]
}

export class Notebook {
  private readonly folder: string
  private readonly tell: (problem: Problem) => void
  /** One change after the other: words and a new run of the same card must not overwrite each other. */
  private last: Promise<unknown> = Promise.resolve()

  constructor(dataFolder: string, tell: (problem: Problem) => void) {
    this.folder = join(dataFolder, 'notebook')
    this.tell = tell
  }

  /** The step turned green. Words that were written before, on an earlier run, stay. */
  keepRun(phase: string, step: string, run: readonly FeedItem[]): Promise<void> {
    const { items, leftOut } = bounded(run.filter(({ fact }) => isTelling(fact)))
    return this.inTurn(async () => {
      const words = (await this.read(phase, step))?.words ?? ''
      await this.write({ version: 1, phase, step, savedAtMs: Date.now(), words, leftOut, items })
    })
  }

  /** False: there is no such card. */
  writeWords(phase: string, step: string, words: string): Promise<boolean> {
    return this.inTurn(async () => {
      const found = await this.read(phase, step)
      if (found !== null) await this.write({ ...found, words })
      return found !== null
    })
  }

  remove(phase: string, step: string): Promise<void> {
    return this.inTurn(() => rm(this.file(phase, step), { force: true }))
  }

  removeAll(): Promise<void> {
    return this.inTurn(() => rm(this.folder, { recursive: true, force: true }))
  }

  /** What was to be written is on the disk, or was refused: that is told to whoever wrote it. */
  async settled(): Promise<void> {
    await this.last
  }

  async read(phase: string, step: string): Promise<Card | null> {
    const file = this.file(phase, step)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return null
    try {
      const found = v.parse(card, JSON.parse(text))
      return { ...found, items: found.items as unknown as readonly FeedItem[] } // written by us; whoever shows them copes with others
    } catch (error) {
      await rename(file, `${file}.unreadable`)
      this.tell(unreadable(`${file}.unreadable`, error))
      return null
    }
  }

  /** All cards of these steps that exist. */
  async cards(steps: readonly { readonly phase: string; readonly step: string }[]): Promise<readonly Card[]> {
    const phases = new Set(await readdir(this.folder).catch(() => [] as string[])) // not there: no card yet
    const found: Card[] = []
    for (const { phase, step } of steps) {
      const one = phases.has(phase) ? await this.read(phase, step) : null
      if (one !== null) found.push(one)
    }
    return found
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work)
    this.last = mine.catch(() => undefined)
    return mine
  }

  private file(phase: string, step: string): string {
    return join(this.folder, phase, `${step}.json`)
  }

  private async write(content: Card): Promise<void> {
    await mkdir(join(this.folder, content.phase), { recursive: true })
    await writeAtomic(this.file(content.phase, content.step), `${JSON.stringify(content)}\n`)
  }
}

/** What the timeline would leave out, the notebook does too. */
function isTelling(fact: Fact): boolean {
  if (fact.kind === 'memory' || fact.kind === 'queue-lengths' || fact.kind === 'log-line') return false
  return fact.kind !== 'worker-event' || fact.type !== 'worker-heartbeat'
}

function bounded(run: readonly FeedItem[]): { items: readonly FeedItem[]; leftOut: number } {
  let room = MOST_CHARACTERS
  let from = run.length
  while (from > 0 && run.length - from < MOST_ITEMS) {
    room -= JSON.stringify(run[from - 1]).length
    if (room < 0) break
    from -= 1
  }
  return { items: run.slice(from), leftOut: from }
}

function unreadable(kept: string, error: unknown): Problem {
  return {
    code: 'card-unreadable',
    what: 'A card of your notebook could not be read.',
    meaning: 'It is not shown. The other cards, your progress and your files are not affected.',
    next: 'Make its step green again and the card comes back, without your words. The old file was kept.',
    detail: `${kept}\n${errorText(error)}`,
  }
}
