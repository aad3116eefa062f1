/** How a worker gets its pool processes: forked by plain Node, or by Electron's executable as Node. */

export interface LaunchedProcess {
  readonly pid: number
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Once: `code` null when a signal ended it. */
  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void
  /** A signal by its name; a platform that does not know it leaves the process as it is. */
  kill(signal: string): void
}

export interface ProcessLauncher {
  /** Forks one pool process. Its stdout and stderr go where the worker's go. `label` is `ForkPoolWorker-1`. */
  launch(label: string): LaunchedProcess
}
