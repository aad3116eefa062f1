/** One step's checks at work, from its start mark on: fed with each new fact, asked for verdicts by the step's view. */
import type { FeedItem } from '../../contract/feed.js'
import type { CheckView } from '../../contract/views.js'
import { startWatch } from '../checks/check-kinds.js'
import type { Situation } from '../checks/situation.js'
import type { Watch } from '../checks/watch.js'
import type { Step } from '../format/lesson.js'

export class StepWatch {
  readonly stepId: string
  private readonly step: Step
  private readonly atStart: Situation
  private readonly fromSeq: number
  private watches: readonly Watch[]

  /** `situation` as it is when the step starts; facts up to `fromSeq` do not count. */
  constructor(step: Step, situation: Situation, fromSeq: number) {
    this.step = step
    this.stepId = step.id
    this.atStart = situation.copy()
    this.fromSeq = fromSeq
    this.watches = this.fresh(situation)
  }

  see(item: FeedItem, situation: Situation): void {
    if (item.seq <= this.fromSeq) return
    for (const watch of this.watches) watch.see(item, situation)
  }

  /** Judges everything anew from the record: same facts, same verdicts. */
  again(items: readonly FeedItem[]): void {
    const situation = this.atStart.copy()
    this.watches = this.fresh(situation)
    for (const item of items) {
      situation.see(item)
      this.see(item, situation)
    }
  }

  startSeq(): number {
    return this.fromSeq
  }

  checks(): readonly CheckView[] {
    return this.step.lab.checks.map(({ id, label }, index) => {
      const verdict = this.watches[index]?.verdict() ?? { passed: false, observed: '' }
      return { id, label, ...verdict }
    })
  }

  passed(): boolean {
    return this.watches.every((watch) => watch.verdict().passed)
  }

  private fresh(situation: Situation): readonly Watch[] {
    const rightAnswers = new Map(this.step.lab.questions.map((question) => [question.id, question] as const))
    const watches = this.step.lab.checks.map(({ check }) => startWatch(check, rightAnswers))
    for (const watch of watches) watch.begin?.(situation)
    return watches
  }
}
