/** The stage as sentences: what the live list reads out, station by station. */
import type { StageDrawing } from '../stage/stage-lanes.js'
import type { StageBeat, StageState } from '../stage/stage-state.js'
import { sayNextRuns, saySchedule } from './say-beat.js'
import { sayApi, sayMail } from './say-services.js'
import { count, sayDuration, shortId, shortTaskName } from './say-task.js'

export function sayStage(state: StageState, drawing: StageDrawing): readonly string[] {
  const lines: string[] = []
  for (const beat of state.beats.values()) lines.push(...sayBeatStation(beat))
  const open = state.requests.filter((request) => request.status === null).length
  if (open > 0) lines.push(`App: ${count(open, 'request')} waiting for an answer`)
  for (const [name, typed] of state.typed)
    lines.push(`Terminal ${name}: last line ${typed.lastLine}; ${count(typed.sent, 'message')} sent`)
  for (const queue of drawing.queues)
    lines.push(
      `Queue ${queue.queue}: ${count(queue.count, 'message')} waiting${queue.unheard ? ', no worker listens to it' : ''}`,
    )
  lines.push(
    `Unacked: ${count(drawing.unacked.count, 'message')}${drawing.unacked.orphaned > 0 ? `, ${String(drawing.unacked.orphaned)} of a worker that is gone` : ''}`,
  )
  if (drawing.lost.count > 0) lines.push(`${count(drawing.lost.count, 'message')} lost with the broker`)
  for (const { worker, slots, held, lost } of drawing.workers) {
    const how = worker.state === 'ended' ? 'not running' : worker.state === 'starting' ? 'starting' : 'ready'
    lines.push(`${worker.name}: ${how}, ${String(held.count)} held`)
    for (const { child, tile } of slots) {
      if (child.ended !== null)
        lines.push(`Child ${String(child.pid)}: ended${child.ended.signal === null ? '' : ` by ${child.ended.signal}`}`)
      else if (tile !== null)
        lines.push(
          `Child ${String(child.pid)}: runs ${shortTaskName(tile.taskName)} ${shortId(tile.taskId)}${tile.ack === null ? ', not acked yet' : ', already acked'}`,
        )
      else lines.push(`Child ${String(child.pid)}: ${child.ready ? 'idle' : 'starting'}`)
    }
    if (lost.count > 0) lines.push(`${count(lost.count, 'task')} lost with ${worker.name}, as far as anyone knows`)
  }
  const gone = state.results.filter((result) => result.removed !== null).length
  lines.push(`Results: ${count(state.resultCount.records, 'record')}${gone > 0 ? `, ${String(gone)} gone` : ''}`)
  lines.push(
    `Mail server: ${sayMail(state.mail)}; ${count(state.ledger.mails, 'mail')} delivered${state.ledger.doubles > 0 ? `, ${String(state.ledger.doubles)} of them doubles` : ''}`,
  )
  const api = sayApi(state.api)
  if (api !== 'running' || state.ledger.calls > 0)
    lines.push(`Seat-map API: ${api}; ${count(state.ledger.calls, 'call')}`)
  return lines
}

function sayBeatStation({ name, state, entries }: StageBeat): readonly string[] {
  if (state === 'ended') return [`${name}: not running, nothing is scheduled`]
  const plans = entries.map(
    ({ entry, schedule, sent, nextRunsMs, error }) =>
      `${name} sends ${entry} ${saySchedule(schedule)}: sent ${count(sent, 'time')}, ${sayNextRuns(nextRunsMs.slice(0, 1))}${error === null ? '' : ', the last one could not be sent'}`,
  )
  return [
    `${name}: ${state === 'starting' ? 'starting' : `ready, ${count(entries.length, 'entry', 'entries')} on its schedule`}`,
    ...plans,
  ]
}

/** The line under the unacked box: when the last ack fell. */
export function sayAck(ack: {
  readonly afterReserveMs: number
  readonly when: 'before-run' | 'during-run' | 'after-run'
}): string {
  const when = ack.when === 'after-run' ? 'after it was done' : 'before it was done'
  return `acked ${when}, ${sayDuration(ack.afterReserveMs)} after it was taken`
}
