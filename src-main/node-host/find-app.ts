/** The app that `-A` names, in what a module exports. Celery: celery/app/utils.py (find_app) */
import { Celery } from '../engine/app/celery.js'

/** The module loads, but what is looked for in it is not there. */
export class NoApp extends Error {
  override readonly name = 'NoApp'
}

/** Throws NoApp. */
export function findApp(exports: unknown, attribute: string | null, file: string): Celery {
  const found = appIn(exports, attribute)
  if (found !== null) return found
  const looked = attribute === null ? `such as \`export const app = new Celery('name')\`` : `named '${attribute}'`
  throw new NoApp(`${file} exports no Celery app ${looked}`)
}

/** As `celery -A`: the export that was named, then `app`, then `celery`, then any Celery that is exported. */
export function appIn(exports: unknown, attribute: string | null): Celery | null {
  const exported = typeof exports === 'object' && exports !== null ? (exports as Readonly<Record<string, unknown>>) : {}
  const names = attribute === null ? ['app', 'celery', 'default', ...Object.keys(exported)] : [attribute]
  for (const name of names) {
    const found = exported[name]
    if (found instanceof Celery) return found
  }
  return null
}
