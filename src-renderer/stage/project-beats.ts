/** What beat processes say of themselves → which of them there are, what is on their schedules, and when it comes next. */
import type { BeatFact, FactOf } from '../../src-main/contract/feed.js'
import type { StageDraft } from './stage-draft.js'
import type { StageBeat, StageEntry } from './stage-state.js'

type AboutBeat = BeatFact | FactOf<'process-started'> | FactOf<'process-ready'> | FactOf<'process-exited'>

export function applyBeatFact(draft: StageDraft, fact: AboutBeat, atMs: number): void {
  const change = (now: (beat: StageBeat) => StageBeat): void => {
    const beat = draft.beats.get(fact.process)
    if (beat !== undefined) draft.beats.set(beat.name, now(beat))
  }
  switch (fact.kind) {
    case 'process-started': {
      const { process: name, pid } = fact
      draft.beats.set(name, { name, pid, state: 'starting', ended: null, entries: [], ticks: 0 })
      return
    }
    case 'process-ready':
      return change((beat) => ({ ...beat, state: 'ready' }))
    case 'process-exited': {
      const { signal, code, expected } = fact
      return change((beat) => ({ ...beat, state: 'ended', ended: { signal, code, atMs, expected } }))
    }
    case 'beat-planned': {
      const { entry, task, schedule, nextRunsMs } = fact
      const planned = { entry, task, schedule, nextRunsMs, sent: 0, error: null }
      return change((beat) => ({
        ...beat,
        entries: [...beat.entries.filter((other) => other.entry !== entry), planned],
      }))
    }
    case 'beat-due': {
      const { nextRunsMs } = fact
      return change((beat) => ({ ...withEntry(beat, fact.entry, () => ({ nextRunsMs })), ticks: beat.ticks + 1 }))
    }
    case 'beat-sent':
      return change((beat) => withEntry(beat, fact.entry, ({ sent }) => ({ sent: sent + 1, error: null })))
    case 'beat-not-sent':
      return change((beat) => withEntry(beat, fact.entry, () => ({ error: fact.error })))
  }
}

/** A new step: those that run begin to count anew. */
export function clearBeats(draft: StageDraft): void {
  for (const beat of [...draft.beats.values()]) {
    if (beat.state === 'ended') draft.beats.delete(beat.name)
    else draft.beats.set(beat.name, { ...beat, entries: beat.entries.map((entry) => ({ ...entry, sent: 0 })) })
  }
}

function withEntry(beat: StageBeat, name: string, change: (entry: StageEntry) => Partial<StageEntry>): StageBeat {
  const entries = beat.entries.map((entry) => (entry.entry === name ? { ...entry, ...change(entry) } : entry))
  return { ...beat, entries }
}
