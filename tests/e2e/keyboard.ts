/** Walks through the window with Tab alone, and watches the page for motion. */
import type { Page } from '@playwright/test'

interface Watched {
  readonly reached: WeakSet<Element>
  readonly dull: string[]
}

/** Controls that `presses` times Tab did not reach, and those that do not show their focus. */
export async function badAtTab(page: Page, presses: number): Promise<readonly string[]> {
  await page.evaluate(() => {
    const watched: Watched = { reached: new WeakSet(), dull: [] }
    Reflect.set(globalThis, 'watchedFocus', watched)
    const outlined = (element: Element): boolean => getComputedStyle(element).outlineStyle !== 'none'
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof Element)) return
      watched.reached.add(target)
      const around = [target, target.parentElement, target.closest('.cm-editor'), target.closest('.xterm')]
      if (!around.some((element) => element !== null && outlined(element)))
        watched.dull.push(`no visible focus: ${target.outerHTML.slice(0, 160)}`)
    })
  })
  for (let press = 0; press < presses; press += 1) {
    // In an editor Tab indents; Escape and then Tab leaves it, as its label says.
    if (await page.evaluate(() => document.activeElement?.closest('.cm-editor') != null))
      await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
  }
  return page.evaluate(() => {
    const { reached, dull } = Reflect.get(globalThis, 'watchedFocus') as Watched
    const controls = 'button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"]'
    const missed = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      (control) =>
        control.tabIndex >= 0 &&
        control.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) &&
        !reached.has(control),
    )
    return [...missed.map((control) => `not reached: ${control.outerHTML.slice(0, 160)}`), ...new Set(dull)]
  })
}

/** From now on, everything that moves in the page is noted; the answer reads the notes. */
export async function watchMotion(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>()
    Reflect.set(globalThis, 'seenMotion', seen)
    const look = (): void => {
      for (const animation of document.getAnimations()) {
        const { effect } = animation
        if (!(effect instanceof KeyframeEffect) || Number(effect.getComputedTiming().activeDuration) === 0) continue
        seen.add(effect.target?.outerHTML.slice(0, 120) ?? 'something')
      }
      requestAnimationFrame(look)
    }
    look()
  })
  return () => page.evaluate(() => [...(Reflect.get(globalThis, 'seenMotion') as Set<string>)])
}
