/**
 * What every check is: a predicate over the facts since its step's last `stage-reset`, evaluated as they come.
 * Facts come from lab.record (record/); verdicts go to the step's view. A check never sees the learner's code text.
 */
import type { FeedItem } from '../../contract/feed.js'
import type { Situation } from './situation.js'

export interface Verdict {
  readonly passed: boolean
  /** One sentence with the numbers seen; when not passed it names the fact that is missing. */
  readonly observed: string
}

/** One check at work. The same items always give the same verdict. */
export interface Watch {
  /** What stands when the step begins, for checks that look at more than single facts. */
  begin?(situation: Situation): void
  /** `situation` already includes `item`. */
  see(item: FeedItem, situation: Situation): void
  verdict(): Verdict
}

/** Of several candidates the one that passed, else the latest, which says what is missing. */
export function firstGreen(verdicts: readonly Verdict[], none: string): Verdict {
  return verdicts.find((verdict) => verdict.passed) ?? verdicts.at(-1) ?? { passed: false, observed: none }
}

/** Judges a finished list of facts: `before` are facts from before the step began (who runs, what is broken). */
export function judge(watch: Watch, situation: Situation, items: readonly FeedItem[]): Verdict {
  watch.begin?.(situation)
  for (const item of items) {
    situation.see(item)
    watch.see(item, situation)
  }
  return watch.verdict()
}
