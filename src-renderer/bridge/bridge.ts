/**
 * The only file of the window that knows how main is reached. Everything else gets an `Ask`:
 * one call per command, whose answer is always a Reply, also when the call itself breaks.
 */
import { errorText } from '../../src-main/contract/error-text.js'
import type { CommandName, Commands } from '../../src-main/contract/commands.js'
import type { Problem, Reply } from '../../src-main/contract/problem.js'
import type { Bridge } from '../../src-main/contract/pushes.js'

export type Ask = <N extends CommandName>(name: N, ask: Commands[N]['ask']) => Promise<Reply<Commands[N]['answer']>>

/** The preload script puts the bridge on the page's global object as `lab`; a page opened any other way has none. */
export function findBridge(page: object): Bridge | null {
  const found: unknown = Reflect.get(page, 'lab')
  if (typeof found !== 'object' || found === null) return null
  const has = (name: string): boolean => typeof Reflect.get(found, name) === 'function'
  // Checked just above; the preload script and this file share the Bridge type.
  return has('ask') && has('onPush') ? (found as Bridge) : null
}

/** Svelte's state proxies cannot be cloned across the bridge, so what is asked is copied to plain data first. */
export function askThrough(bridge: Bridge): Ask {
  return async (name, ask) => {
    try {
      const plain = JSON.parse(JSON.stringify(ask)) as typeof ask // JSON keeps every shape that Commands allows
      return await bridge.ask(name, plain)
    } catch (error) {
      return { ok: false, problem: callBroke(name, error) }
    }
  }
}

function callBroke(name: CommandName, error: unknown): Problem {
  return {
    code: 'bridge-call-broke',
    what: `The window asked the app for "${name}" and the call itself broke.`,
    meaning: 'Nothing was changed by it, as far as the window knows. Your saved files are safe on disk.',
    next: 'Try once more. If it breaks again, close and open the app.',
    detail: errorText(error),
  }
}
