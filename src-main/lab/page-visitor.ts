/**
 * Opens pages of the learner's web app. In the app the window shows them, in its own sandboxed view; where there is no window
 * (lessons:check), a visitor without eyes does what a browser does: it follows redirects and loads again when the page asks for it.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { errorText } from '../contract/error-text.js'
import type { Reply } from '../contract/problem.js'
import { askWeb, type WebRequest } from './ask-web.js'
import { DONE, pageUnanswered, refuse } from './problems.js'

export type VisitOrder = WebRequest

interface Page {
  /** Where a redirect leads; null when it is none, or leads out of the web app. */
  readonly location: string | null
  readonly refresh: Refresh | null
}

interface Refresh {
  readonly seconds: number
  /** Null: the same page. */
  readonly path: string | null
}

const REDIRECTS_FOLLOWED = 5
/** A page that asks to be loaded again for ever is left after so many times. */
const LOADED_AGAIN_AT_MOST = 300

export class PageVisitor {
  #show: ((path: string) => void) | null = null
  #timer: NodeJS.Timeout | null = null
  /** Rises with each visit: what an earlier one still has under way ends by itself. */
  #visits = 0

  showWith(show: (path: string) => void): void {
    this.#show = show
  }

  /** Answers when the first page is there, or was handed to whoever shows it. */
  async visit(order: VisitOrder): Promise<Reply<null>> {
    this.leave()
    try {
      if (this.#show === null) return await this.#browse(order, this.#visits)
      // A form is sent from here; the page that it leads to is shown.
      const { location } = order.method === 'POST' ? await load(order) : { location: order.path }
      if (location !== null) this.#show(location)
      return DONE
    } catch (error) {
      return refuse(pageUnanswered(order.path, errorText(error)))
    }
  }

  leave(): void {
    this.#visits += 1
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #browse(order: VisitOrder, visit: number): Promise<Reply<null>> {
    let at = order
    let page = await load(at)
    for (let hops = 0; page.location !== null && hops < REDIRECTS_FOLLOWED; hops += 1) {
      at = { ...at, path: page.location, method: 'GET' }
      page = await load(at)
    }
    this.#loadAgain(at, page.refresh, { visit, left: LOADED_AGAIN_AT_MOST })
    return DONE
  }

  #loadAgain(at: VisitOrder, refresh: Refresh | null, stay: { readonly visit: number; readonly left: number }): void {
    if (refresh === null || stay.visit !== this.#visits || stay.left === 0) return
    this.#timer = setTimeout(() => {
      const next: VisitOrder = { ...at, path: refresh.path ?? at.path, method: 'GET' }
      load(next).then(
        (page) => this.#loadAgain(next, page.refresh, { ...stay, left: stay.left - 1 }),
        () => undefined, // the web app was stopped: a browser stays at its error page as well
      )
    }, refresh.seconds * 1000)
  }
}

async function load(order: VisitOrder): Promise<Page> {
  const { headers, text } = await askWeb(order)
  return readPage(headers, text, order.port)
}

function readPage(headers: IncomingHttpHeaders, html: string, port: number): Page {
  const meta = /<meta\s[^>]*http-equiv=["']?refresh["']?[^>]*content=["']([^"']*)["']/i.exec(html)?.[1]
  const [header] = [headers['refresh']].flat()
  return {
    location: headers.location === undefined ? null : ownPath(headers.location, port),
    refresh: readRefresh(header ?? meta, port),
  }
}

/** `2` or `2; url=/summaries/7`. */
export function readRefresh(text: string | undefined, port: number): Refresh | null {
  const read = /^\s*(\d+(?:\.\d+)?)\s*(?:[;,]\s*url=(\S+))?/i.exec(text ?? '')
  if (read === null) return null
  return { seconds: Number(read[1]), path: read[2] === undefined ? null : ownPath(read[2], port) }
}

/** The path of an address of the web app; null for an address elsewhere. */
function ownPath(address: string, port: number): string | null {
  try {
    const url = new URL(address, `http://127.0.0.1:${port}`)
    return url.port === String(port) && url.hostname === '127.0.0.1' ? url.pathname + url.search : null
  } catch {
    return null
  }
}
