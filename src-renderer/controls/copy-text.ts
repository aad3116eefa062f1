/** Puts a text on the clipboard, and says in words how that went. */
export async function copyText(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied'
  } catch {
    return 'Not copied: select the text and press Ctrl+C'
  }
}
