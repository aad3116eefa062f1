/**
 * The walk's hands in the window: finds a button by the words on it, makes sure that it can be seen and pressed, and
 * presses it. Fails with what it found instead. The page is the learner's own; nothing is called behind it.
 */
import type { WebContents } from 'electron'

const LIMIT_MS = 20_000
const LOOK_EVERY_MS = 100

/** Until the page has shown something; the window is shown by then. */
export async function waitForPage(contents: WebContents): Promise<void> {
  await untilDone(contents, 'the page to show itself', `document.querySelector('button') ? 'done' : 'no button yet'`)
}

/** Opens a step by its title in the list. */
export async function pressStepTitle(contents: WebContents, title: string): Promise<void> {
  await press(contents, 'main, body', plain(title))
}

/** A button of the open step: one of its actions, or "Show me". */
export async function pressInOpenStep(contents: WebContents, label: string): Promise<void> {
  await press(contents, '[aria-current="step"]', plain(label))
}

async function press(contents: WebContents, within: string, label: string): Promise<void> {
  const script = `(${pressInPage.toString()})(${JSON.stringify(within)}, ${JSON.stringify(label)})`
  await untilDone(contents, `the button "${label}"`, script)
}

/** Runs in the page. A button that something covers or that is disabled is not pressed: a learner could not either. */
function pressInPage(within: string, label: string): string {
  const buttons = [...document.querySelectorAll(within)].flatMap((part) => [...part.querySelectorAll('button')])
  const words = (button: HTMLButtonElement): string => button.innerText.replace(/\s+/g, ' ').trim()
  const button = buttons.find((one) => words(one) === label) ?? buttons.find((one) => words(one).startsWith(label))
  if (!button) return `it is not there; there are: ${buttons.map(words).join(' | ').slice(0, 400)}`
  if (button.disabled || button.getAttribute('aria-disabled') === 'true') return 'it is disabled'
  button.scrollIntoView({ block: 'center' })
  const { x, y, width, height } = button.getBoundingClientRect()
  const top = document.elementFromPoint(x + width / 2, y + height / 2)
  if (!top || !button.contains(top))
    return `something covers it: ${top?.outerHTML.slice(0, 120) ?? 'it is outside the window'}`
  button.click()
  return 'done'
}

async function untilDone(contents: WebContents, what: string, script: string): Promise<void> {
  const end = Date.now() + LIMIT_MS
  for (;;) {
    const found: unknown = await contents.executeJavaScript(script, true)
    if (found === 'done') return
    if (Date.now() > end) throw new Error(`waited ${LIMIT_MS / 1000} s for ${what}: ${String(found)}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** Titles are Markdown; the page shows them without its marks. */
const plain = (markdown: string): string => markdown.replaceAll(/[*_`]/g, '').replaceAll(/\s+/g, ' ').trim()
