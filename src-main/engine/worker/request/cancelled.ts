/** What is said and stored of a task that the worker itself ends. Celery: celery/worker/request.py (_announce_cancelled) */
import type { WireValue } from '../../serialization/wire-value.js'

/** As Celery: the arguments of a Retry that nobody will carry out, its own repr in the place of a message (recording 09). */
export const cancelledArgs: readonly WireValue[] = ['Retry(Retry(...), None, None)', null, null]

export function cannotBeAcknowledgedWords(task: string): string {
  return (
    `Task ${task} cannot be acknowledged after a connection loss since late acknowledgement is enabled for it.\n` +
    'Terminating it instead.\n'
  )
}
