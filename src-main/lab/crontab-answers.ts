/** The window's questions about a crontab, answered: a table, a judgement that becomes a fact, or what is wrong with the crontab. */
import { errorText } from '../contract/error-text.js'
import {
  crontabProblem,
  type CrontabPreview,
  type MarkAsk,
  type MarkedRun,
  type PreviewAsk,
} from '../contract/crontab-preview.js'
import type { Fact } from '../contract/feed.js'
import type { Reply } from '../contract/problem.js'
import { judgeMark, previewCrontab } from './crontab-preview.js'
import { refuse } from './problems.js'

export function answerPreview(ask: PreviewAsk, nowMs: number): Reply<CrontabPreview> {
  return understood(ask.crontab, () => previewCrontab(ask, nowMs))
}

export function answerMark(ask: MarkAsk, nowMs: number, tell: (fact: Fact) => void): Reply<MarkedRun> {
  return understood(ask.crontab, () => {
    const { columns } = previewCrontab(ask, nowMs)
    const marked = judgeMark(ask, columns)
    const { zone = '', runs = [] } = columns[ask.column] ?? {}
    const { as, crontab } = ask
    tell({ kind: 'run-marked', as, crontab, zone, clock: runs[ask.run]?.clock ?? '', correct: marked.correct })
    return marked
  })
}

function understood<T>(crontab: string, work: () => T): Reply<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return refuse(crontabProblem(crontab, errorText(error)))
  }
}
