/** F6 and Shift+F6 go from pane to pane. A pane is what has `data-pane`, in the order of the page. */

export function focusNextPane(back: boolean): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.offsetParent !== null)
  const at = panes.findIndex((pane) => pane.contains(document.activeElement))
  const next = panes[(at + (back ? -1 : 1) + panes.length) % panes.length]
  next?.focus({ focusVisible: true } as FocusOptions) // `focusVisible` is newer than the DOM types
}

export function focusPane(name: string): void {
  document
    .querySelector<HTMLElement>(`[data-pane="${CSS.escape(name)}"]`)
    ?.focus({ focusVisible: true } as FocusOptions) // as above
}
