/** Which command lines of celery's destroy without asking: the console asks instead, once. `celery purge` asks by itself. */
import type { ReadLine } from './command-line.js'

/** A sentence to stand before the question; null: nothing is destroyed, or it asks by itself. */
export function celeryDanger({ path, given, args }: Pick<ReadLine, 'path' | 'given' | 'args'>): string | null {
  const [command, sub] = path
  if (given.has('--help')) return null
  if (command === 'purge' && given.has('--force'))
    return 'purge --force throws away all messages that wait in the queues. There is no way back.'
  if (command === 'worker' && (given.has('--purge') || given.has('--discard')))
    return 'worker --purge throws away all messages that wait in its queues before it starts. There is no way back.'
  if (command === 'control' && (sub ?? args[0]) === 'shutdown')
    return given.has('--destination')
      ? 'control shutdown ends the named workers, and nobody starts them again.'
      : 'control shutdown ends all workers, and nobody starts them again.'
  return null
}

/** These go on until they are stopped. */
export function celeryStays({ path, given }: Pick<ReadLine, 'path' | 'given'>): boolean {
  return ['worker', 'beat', 'events'].includes(path[0] ?? '') && !given.has('--help')
}
