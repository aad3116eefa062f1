/** A part of a path as the text that it encodes; null for what no text encodes to, such as `%zz`. */
export function percentDecoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null // it throws for nothing else
  }
}
