/**
 * The pools that `-P` and `worker_pool` name. All of them run tasks in pool processes; solo and threads differ from prefork
 * in what they refuse, as Celery's do. Celery: celery/concurrency/__init__.py
 */
export type PoolKind = 'prefork' | 'solo' | 'threads'

export const implementations: Readonly<Record<PoolKind, string>> = {
  prefork: 'celery.concurrency.prefork:TaskPool',
  solo: 'celery.concurrency.solo:TaskPool',
  threads: 'celery.concurrency.thread:TaskPool',
}

/** By its short name, its old one or the class behind it; null for one that is not here. */
export function readPoolKind(name: string): PoolKind | null {
  if (name === 'processes') return 'prefork'
  const kinds = Object.keys(implementations) as readonly PoolKind[] // the keys of a Record<PoolKind, …>
  return kinds.find((kind) => name === kind || name === implementations[kind]) ?? null
}

export function unknownPoolWords(name: string): string {
  const green = ['gevent', 'eventlet'].some((one) => name.includes(one))
  const why = green ? ', whose green threads exist in CPython alone' : ''
  return `'${name}' is not one of 'prefork', 'solo', 'threads'${why}.`
}

/** The command line's word before the setting's; null: the setting names another pool. */
export function poolKindOf(
  option: PoolKind | null | undefined,
  conf: Readonly<Record<string, unknown>>,
): PoolKind | null {
  const setting = conf['worker_pool']
  return option ?? (typeof setting === 'string' ? readPoolKind(setting) : 'prefork')
}
