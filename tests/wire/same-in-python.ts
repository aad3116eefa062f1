/**
 * A recorded scenario played to `celery worker` of the build, whose pool runs the recorded tasks in Python. Its clock is that
 * of the machine: dates in the recorded messages are moved to now.
 */
import { rmSync } from 'node:fs'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { PyFloat } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { startPython, tasksFolder } from './python-worker.js'
import { replay } from './replay.js'
import { compare, type SameOptions } from './same-as-recorded.js'
import { number, readTimeline } from './timeline.js'

export interface PythonOptions extends Omit<SameOptions, 'conf' | 'define' | 'inOrder'> {
  /** Python's dict of settings that take the place of recorded ones: where those want a machine as quick as the recorded one. */
  readonly settings?: string
  /** Of the environment in which the worker was started. */
  readonly variables?: Readonly<Record<string, string>>
}

/** With a Redis of its own, so that scenarios can be played beside each other: most of a scenario is waiting. */
export async function sameInPython(recording: string, options: PythonOptions = {}): Promise<void> {
  const server = await startRedisServer()
  const folder = tasksFolder(recording, options.settings)
  const beganMs = Date.now()
  const laterMs = beganMs - readTimeline(recording).startMs
  try {
    const ours = await replay(recording, {
      patienceSeconds: 60,
      ...options,
      server,
      changed: (envelope) => moved(envelope, laterMs),
      start: (order) => startPython(server.url(), folder, order, options.variables),
    })
    compare(ours, { traceback: ownFrames, processes: true, ...options })
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of a Python traceback what is the task's own: its frames with their source, and the exceptions. */
export function ownFrames(text: string): string {
  const lines = text.split('\n')
  const kept: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const frame = /^ {2}File "([^"]*)", line \d+, in (\S+)$/.exec(line)
    if (!frame) {
      if (/^\S/.test(line)) kept.push(line)
    } else if (/\/tasks\.py$/.test(frame[1] ?? '')) kept.push(`in ${frame[2]}: ${(lines[at + 1] ?? '').trim()}`)
  }
  const last = kept.at(-1) ?? ''
  return last.startsWith('kombu.exceptions.EncodeError') ? last : kept.join('\n') // see docs/DIFFERENCES.md
}

function moved(envelope: WireObject, laterMs: number): WireObject {
  const headers = envelope.headers as WireObject
  const { eta, expires } = headers
  const changed = {
    ...('eta' in headers ? { eta: later(eta, laterMs) } : {}),
    ...('expires' in headers ? { expires: later(expires, laterMs) } : {}),
  }
  return { ...envelope, headers: { ...headers, ...changed } } as WireObject
}

/** An ISO date, or a control request's Unix time. */
function later(time: WireValue | undefined, laterMs: number): WireValue {
  if (typeof time === 'string') {
    const zone = /(Z|[-+]\d\d:\d\d)$/.test(time) ? '' : 'Z'
    return new Date(Date.parse(`${time}${zone}`) + laterMs).toISOString().replace('Z', '000+00:00')
  }
  return time === null || time === undefined ? null : new PyFloat(number(time) + laterMs / 1000)
}
