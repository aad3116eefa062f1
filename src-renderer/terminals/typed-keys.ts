/** Which keys a terminal that is typed into takes, and which go on to the window: the ways out of it, and the window's own. */

export type KeyUse = 'terminal' | 'window' | 'copy'

/** With a selection Ctrl+C copies it; without one it interrupts, as in every terminal. */
export function useOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  hasSelection: boolean,
): KeyUse {
  const key = event.key.toLowerCase()
  if (event.key === 'F6' || (event.key === 'Tab' && event.shiftKey)) return 'window'
  if (event.metaKey) return key === 'c' && hasSelection ? 'copy' : 'window'
  if (!event.ctrlKey) return 'terminal'
  if (key === 'c' && (hasSelection || event.shiftKey)) return 'copy'
  // The window's palette and search, and paste: the browser makes an event of it, and xterm takes that.
  return ['k', 'f', 's', 'v'].includes(key) || event.shiftKey ? 'window' : 'terminal'
}
