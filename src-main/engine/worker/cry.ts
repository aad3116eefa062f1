/**
 * The answer to SIGUSR1. Celery shows the stack of each thread of its main process; what waits and runs here is not on a
 * stack, so this names it. Celery: celery/utils/debug.py (cry)
 */
import type { PoolMember } from '../pool/prefork.js'
import { asctime } from '../ports/log-record.js'
import type { TrackedRequest, WorkerState } from './worker-state.js'

const line = '='.repeat(49)

export function cry(state: WorkerState, processes: readonly PoolMember[]): string {
  const waiting = [...state.reserved].filter((request) => !state.active.has(request))
  const main = [
    'MainProcess',
    line,
    ...waiting.map((request) => `  waits for a process: ${named(request)}`),
    ...[...state.scheduled].map(([request, atMs]) => `  waits for ${asctime(atMs)}: ${named(request)}`),
    line,
  ]
  const children = processes.flatMap(({ label, pid, taskId }) => {
    const running = [...state.active].find((request) => request.task.taskId === taskId)
    return [`${label} pid:${pid}`, line, `  ${running ? `runs ${named(running)}` : 'runs nothing'}`, line]
  })
  return [...main, ...children, ''].join('\n')
}

function named({ task }: TrackedRequest): string {
  return `${task.name}[${task.taskId}]`
}
