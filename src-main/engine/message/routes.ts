/**
 * `task_routes`: where a task goes when its caller does not say. Routers are asked in order, the first that knows the task
 * answers; what the caller says wins over the answer, field by field. Celery: celery/app/routes.py
 */
import { ImproperlyConfigured } from '../errors.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { SendOptions } from './send-options.js'

/** A queue's name is short for `{queue: name}`. */
export type Route = string | Partial<SendOptions>

export interface RoutedCall {
  readonly name: string
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly options: SendOptions
}

export type RouteFunction = (call: RoutedCall) => Route | null | undefined

/**
 * One router: a mapping of names and globs, a list of pairs whose first may be a RegExp as well, or a function. Python's
 * regular expressions arrive as `{regex, flags}`.
 */
export type RouterSetting =
  | { readonly [nameOrGlob: string]: Route }
  | readonly (readonly [string | RegExp | { readonly regex: string; readonly flags?: string }, Route])[]
  | RouteFunction

export type RouteSettings = RouterSetting | readonly RouterSetting[]

export type Routes = readonly RouteFunction[]

export function readRoutes(settings: RouteSettings | null): Routes {
  if (settings === null) return []
  // As Celery: a list is a list of routers, anything else is the only one.
  const routers = Array.isArray(settings) ? (settings as readonly RouterSetting[]) : [settings as RouterSetting]
  return routers.map(router)
}

/** What the routes add to a call's options. */
export function routed(call: RoutedCall, routes: Routes): SendOptions {
  for (const route of routes) {
    const found = route(call)
    if (found === null || found === undefined) continue
    return merged(typeof found === 'string' ? { queue: found } : found, call.options)
  }
  return call.options
}

/** As Celery's lpmerge: null says nothing. */
function merged(route: Partial<SendOptions>, options: SendOptions): SendOptions {
  const said = Object.entries(options).filter(([, value]) => value !== null && value !== undefined)
  return { ...route, ...Object.fromEntries(said) } as SendOptions // the values of options under their own names
}

function router(setting: RouterSetting): RouteFunction {
  if (typeof setting === 'function') return setting
  if (typeof setting !== 'object' || setting === null) throw wrong(setting)
  const pairs = Array.isArray(setting) ? setting : Object.entries(setting)
  const names = new Map<string, Route>()
  const patterns: (readonly [RegExp, Route])[] = []
  for (const pair of pairs as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) throw wrong(pair)
    const [key, route] = pair as [unknown, Route]
    if (typeof key === 'string' && !key.includes('*')) names.set(key, route)
    else patterns.push([patternOf(key), route])
  }
  return ({ name }) => names.get(name) ?? patterns.find(([pattern]) => pattern.test(name))?.[1]
}

/** As Python: a pattern has to match from the start, a glob the whole name. */
function patternOf(key: unknown): RegExp {
  if (typeof key === 'string') return globPattern(key)
  if (key instanceof RegExp) return new RegExp(`^(?:${key.source})`, key.flags.replace('g', '').replace('y', ''))
  if (typeof key === 'object' && key !== null && 'regex' in key && typeof key.regex === 'string')
    return pythonPattern(key.regex, 'flags' in key && typeof key.flags === 'string' ? key.flags : '')
  throw wrong(key)
}

function pythonPattern(source: string, flags: string): RegExp {
  try {
    return new RegExp(`^(?:${source.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^')})`, flags)
  } catch (error) {
    throw new ImproperlyConfigured(
      `a pattern of task_routes is ${source}, which JavaScript does not read: ${(error as Error).message}`,
    )
  }
}

/** Python's fnmatch: `*`, `?`, `[abc]`, `[!abc]`. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(
    /\[(!?)([^\]]+)\]|[.+^${}()|\\*?[\]]/g,
    (found, not: string | undefined, set?: string) => {
      if (set !== undefined) return `[${not ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`
      if (found === '*') return '.*'
      return found === '?' ? '.' : `\\${found}`
    },
  )
  return new RegExp(`^(?:${source})$`, 's')
}

function wrong(found: unknown): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `task_routes holds ${pythonRepr(found as WireValue)}, expected a mapping of task names to queues, a list of such, or a function`,
  )
}
