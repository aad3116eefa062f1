/** The app that `-A` names, in what a module exports. Celery: celery/app/utils.py (find_app) */
import { Celery } from '../engine/app/celery.js'

/** The module loads, but what is looked for in it is not there. */
export class NoApp extends Error {
  override readonly name = 'NoApp'
}

/** As `celery -A`: the export that was named, then `app`, then `celery`, then any Celery that is exported. */
export function findApp(exports: unknown, attribute: string | null, file: string): Celery {
  const exported = typeof exports === 'object' && exports !== null ? (exports as Readonly<Record<string, unknown>>) : {}
  const names = attribute === null ? ['app', 'celery', 'default', ...Object.keys(exported)] : [attribute]
  for (const name of names) {
    const found = exported[name]
    if (found instanceof Celery) return found
  }
  const looked = attribute === null ? `such as \`export const app = new Celery('name')\`` : `named '${attribute}'`
  throw new NoApp(`${file} exports no Celery app ${looked}`)
}
