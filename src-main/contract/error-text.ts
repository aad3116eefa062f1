/** What was thrown, in words: anything can be. */

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** With the place it comes from, for a log. */
export function errorDetail(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
