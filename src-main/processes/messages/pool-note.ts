/**
 * What a pool process tells the entry that its worker runs in (src-main/processes/worker.ts). It goes over the worker's own
 * channel to it, and the engine passes over what is not for it.
 */
export type PoolNote =
  /** Its host is up, and begins with the learner's files. */
  { readonly kind: 'importing' }

export function isPoolNote(message: unknown): message is PoolNote {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'importing'
}
