/** The tasks and functions that a module exports, by the names that it exports them by. Classes and values are not told. */
import { Task } from '../engine/app/task.js'
import type { ExportedName } from '../engine/trace/task-runner.js'

export function exportedNames(module: string, exports: unknown): readonly ExportedName[] {
  if (typeof exports !== 'object' || exports === null) return []
  return Object.entries(exports).flatMap(([name, value]: [string, unknown]): readonly ExportedName[] => {
    if (value instanceof Task) return [{ module, name, task: value.name }]
    return typeof value === 'function' && !String(value).startsWith('class') ? [{ module, name, task: null }] : []
  })
}

/** By which a function is called that is no task. */
export const bodyName = ({ module, name }: ExportedName): string => `${module}.${name}`
