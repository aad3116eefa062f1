/**
 * The only thing main and the window share: `window.lab`. Asks go out by name, and only names of the contract;
 * pushes come in on one channel. Runs sandboxed, so it can require nothing but electron.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { COMMAND_NAMES } from './contract/commands.js'
import { COMMAND_CHANNEL, PUSH_CHANNEL } from './contract/pushes.js'
import type { Bridge, Push } from './contract/pushes.js'

const known: ReadonlySet<string> = new Set(COMMAND_NAMES)

const bridge: Bridge = {
  ask(name, ask) {
    if (!known.has(name)) {
      return Promise.resolve({
        ok: false,
        problem: {
          code: 'unknown-command',
          what: `The window asked for "${String(name).slice(0, 60)}", which is not a command of this app.`,
          meaning: 'Nothing was done.',
          next: 'Start the app again; if this comes back, it is an error of the app.',
        },
      })
    }
    return ipcRenderer.invoke(COMMAND_CHANNEL, name, ask) // main answers a Reply and never throws
  },
  onPush(listener) {
    const hear = (_event: unknown, push: Push): void => listener(push)
    ipcRenderer.on(PUSH_CHANNEL, hear)
    return () => void ipcRenderer.off(PUSH_CHANNEL, hear)
  },
}

contextBridge.exposeInMainWorld('lab', bridge)
