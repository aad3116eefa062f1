/**
 * The engine's ProcessLauncher: forks pool-process.cjs with the executable we run on ourselves, which under Electron
 * becomes Node by ELECTRON_RUN_AS_NODE. A child's stdout and stderr are ours, so that its log lines stand in our log.
 */
import { fork } from 'node:child_process'
import type { LaunchedProcess, ProcessLauncher } from '../../engine/ports/process-launcher.js'
import { isPoolNote, type PoolNote } from '../messages/pool-note.js'

export function forkLauncher(entry: string, onNote: (note: PoolNote) => void): ProcessLauncher {
  return { launch: () => launch(entry, onNote) }
}

function launch(entry: string, onNote: (note: PoolNote) => void): LaunchedProcess {
  const child = fork(entry, [], {
    execPath: process.execPath,
    execArgv: [],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (message) => {
    if (isPoolNote(message)) onNote(message)
  })
  return {
    pid: child.pid ?? 0,
    send: (message) => {
      // A child that has gone is told by its exit; what was sent to it goes with it.
      if (child.connected) child.send(message as object, () => {})
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      let told = false
      const tell = (exit: { readonly code: number | null; readonly signal: string | null }): void => {
        if (!told) listener(exit)
        told = true
      }
      child.once('exit', (code, signal) => tell({ code, signal }))
      child.on('error', () => {
        if (child.pid === undefined) tell({ code: 1, signal: null }) // it could not be started at all
      })
    },
    kill: (signal) => void child.kill(known(signal)),
  }
}

/** Windows ends a process by any of four signals and knows no others; there, every end is one. */
function known(signal: string): NodeJS.Signals {
  if (process.platform === 'win32' && !['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal)) return 'SIGTERM'
  return signal as NodeJS.Signals // a name of ports/signal-names.ts
}
