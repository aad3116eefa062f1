/** How checks say numbers: one place, so that every observed sentence reads alike. */

export const BYTES_PER_MB = 1024 * 1024

export function duration(ms: number): string {
  return ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`
}

/** `322`, without its unit. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / BYTES_PER_MB)
}

/** `1 mail`, `3 mails`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

/** ` (expired: true)`, and nothing without fields. */
export function suchAs(fields: Readonly<Record<string, unknown>> | undefined): string {
  const parts = Object.entries(fields ?? {}).map(([name, value]) => `${name}: ${String(value)}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** `a, b and c`. */
export function listed(parts: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`
}
