/**
 * An app's settings as its worker gets them, from whatever thread or process loads the code: data only. A pattern of
 * `task_routes` becomes what `message/routes.ts` reads as one; a function stays where its code is. Celery: celery/app/utils.py
 */
type Settings = Readonly<Record<string, unknown>>

export function settingsAsData(changes: Settings): Settings {
  return Object.fromEntries(
    Object.entries(changes)
      .filter(([, value]) => !isCode(value))
      .map(([name, value]) => [name, asData(value)]),
  )
}

function asData(value: unknown): unknown {
  if (value instanceof RegExp) return { regex: value.source, flags: value.flags.replace(/[gy]/g, '') }
  if (Array.isArray(value)) return (value as readonly unknown[]).filter((one) => !isCode(one)).map(asData)
  return isPlain(value) ? settingsAsData(value) : value
}

function isPlain(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isCode(value: unknown): boolean {
  return typeof value === 'function'
}
