/** What a visitor reads on a page: the record keeps the beginning of it, so that "the page says done" can be seen and checked. */

const LONGEST_READ_BYTES = 20_000
const LONGEST_TEXT = 300

/** Null when the body is no text. */
export function pageText(headers: readonly (readonly [string, string])[], content: Uint8Array): string | null {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1].toLowerCase() ?? ''
  if (!/^(text\/(html|plain)|application\/json)/.test(type)) return null
  const text = new TextDecoder().decode(content.subarray(0, LONGEST_READ_BYTES))
  const visible = type.startsWith('text/html') ? withoutTags(text) : text
  return visible.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT)
}

/** Enough for what a page shows as words; it is read by people, never run. */
function withoutTags(html: string): string {
  return html
    .replace(/<(head|script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => ENTITIES[name] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
