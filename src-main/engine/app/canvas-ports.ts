/** What sending a canvas needs, from an app: publishing, the counters of chords, ids. Celery: celery/canvas.py (Signature.app) */
import type { CanvasPorts } from '../canvas/send-canvas.js'
import type { SendOptions } from '../message/send-options.js'
import { NotImplementedError } from '../errors.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { ChordHeader, ResultBackend } from '../result-backend/result-meta.js'
import type { Settings } from './settings.js'

export interface CanvasApp {
  readonly conf: Settings
  readonly backend: ResultBackend
  readonly replyTo: string
  publish(call: TaskCall, parent: ParentTask | null): Promise<string>
}

const noBackend =
  'Starting chords requires a result backend to be configured: the messages of the header that came before its last are sent, the last one is not'

/** `app` is asked anew each time: in a pool process the one that ran while the code was imported is not the last. */
export function canvasPorts(
  app: () => CanvasApp,
  taskDefaults: (name: string) => SendOptions,
  uuid: () => string,
): CanvasPorts {
  const chords = (): ChordHeader => {
    const found = app().conf.result_backend === null ? null : app().backend.chords
    if (found === null) throw new NotImplementedError(noBackend)
    return found
  }
  return {
    publish: (call, parent) => app().publish(call, parent),
    taskDefaults,
    setChordSize: async (groupId, size) => chords().setSize(groupId, size),
    saveGroup: async (groupId, result) => chords().saveGroup(groupId, result),
    uuid,
    replyTo: () => app().replyTo,
    chainsAreLinks: () => app().conf.task_protocol === 1,
    errbacksOnHeader: () => app().conf.task_allow_error_cb_on_chord_header,
  }
}
