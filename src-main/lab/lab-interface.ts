/**
 * What the lab offers to those above it (lesson-runner, desktop, lessons:check): start and stop what runs for the learner,
 * break it, and read the record of what happened. `lab/lab.ts` implements it; nothing here knows Electron.
 */
import type { CrontabPreview, MarkAsk, MarkedRun, PreviewAsk } from '../contract/crontab-preview.js'
import type { FaultOrder } from '../contract/fault-orders.js'
import type { FeedItem, Fact } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { Topology, TypedTerminalName } from '../contract/topology.js'
import type { LabView, MessageView } from '../contract/views.js'

export interface LabPlaces {
  /** Folder with the built process entries: worker.cjs, pool-process.cjs, web.cjs, world.cjs, redis-host.cjs, code-check.cjs. */
  readonly entriesFolder: string
  /** Executable for children: Electron's own (with ELECTRON_RUN_AS_NODE=1) or Node's. */
  readonly execPath: string
  readonly snapshotFile: string
  /** Folder with bundled redis binaries, or null. */
  readonly bundledRedisFolder: string | null
  /** Where the set-up compiles a Redis when there is none (redis-memory-server's layout), or null in a package. */
  readonly builtRedisFolder: string | null
  /** Writable: run files, redis' own folder, the record's file. */
  readonly dataFolder: string
}

/** The record, read side: one numbered, append-only log. */
export interface RecordReader {
  /** The last sequence number given out; 0 before the first. */
  readonly lastSeq: number
  /** Retained items with seq > `after`, oldest first. */
  itemsAfter(after: number): readonly FeedItem[]
  /** Called for every new item, in order. Returns a function that stops listening. */
  onItem(listener: (item: FeedItem) => void): () => void
}

/** The terminals that the learner types into. Each is started when it is first wanted. */
export interface TypedInto {
  /** It is shown: answers when it asks for a line. */
  open(terminal: TypedTerminalName, size: { readonly columns: number; readonly rows: number }): Promise<Reply<null>>
  input(terminal: TypedTerminalName, data: string): Reply<null>
  resize(terminal: TypedTerminalName, size: { readonly columns: number; readonly rows: number }): Reply<null>
  /**
   * As if the learner had typed it, a line or a block of lines; `^C` is Ctrl+C. Answers when the prompt is back, when what was
   * started goes on until it is stopped (a worker, MONITOR), or after `waitSeconds` (30), in which case it goes on by itself.
   */
  typeLine(order: {
    readonly terminal: TypedTerminalName
    readonly line: string
    readonly waitSeconds?: number
    readonly signal?: AbortSignal
  }): Promise<Reply<null>>
  restart(terminal: TypedTerminalName): Promise<Reply<null>>
}

/** The settings that the code gives its app, without the addresses, and its tasks with their attributes, by Celery's names. */
export interface CodeSettings {
  readonly settings: Readonly<Record<string, unknown>>
  readonly tasks: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[]
}

export interface Lab {
  readonly typed: TypedInto
  readonly record: RecordReader
  view(): LabView
  onView(listener: (view: LabView) => void): () => void
  /** Text of each process's terminal so far (last 200 kB each). */
  terminals(): Readonly<Record<string, string>>
  onTerminal(listener: (process: string, text: string, reset: boolean) => void): () => void

  /** Redis, world, and the readers of the command stream and events. Answers when Redis and world are ready. */
  start(): Promise<Reply<null>>
  /**
   * Builds a start state: stops workers and web, empties broker, results, ledger and outbox, sets mail and API,
   * starts what the topology names from `workdir`, then appends `stage-reset`. Settles early with a problem when `signal` aborts.
   */
  build(state: {
    readonly topology: Topology
    readonly workdir: string
    readonly lesson: string
    readonly step: string
    readonly signal?: AbortSignal
  }): Promise<Reply<null>>
  /**
   * The files in workdir have been saved: checks that they load, then restarts what loaded them; with `web` the web app alone,
   * while workers go on with what they have, and only those start that had no code to run.
   * When they do not load, the problem comes back (and goes to the worker's terminal), and the last good worker keeps running.
   */
  filesSaved(
    files: readonly { readonly name: string; readonly fingerprint: string }[],
    restart?: 'all' | 'web',
  ): Promise<Reply<null>>

  /** What the saved code chooses, read in a fresh process as a worker would load it. */
  codeSettings(): Promise<Reply<CodeSettings>>

  startWorker(worker: string): Promise<Reply<null>>
  stopWorker(worker: string, how: 'warm' | 'cold'): Promise<Reply<null>>
  restartWorker(worker: string): Promise<Reply<null>>
  restartWeb(): Promise<Reply<null>>
  startBeat(): Promise<Reply<null>>
  stopBeat(): Promise<Reply<null>>
  restartBeat(): Promise<Reply<null>>
  /** When a crontab runs on the nights on which clocks jump. */
  previewCrontab(ask: PreviewAsk): Reply<CrontabPreview>
  /** Whether a run of that table is what the learner says; becomes a fact either way. */
  markRun(ask: MarkAsk): Reply<MarkedRun>
  /** POSTs to the learner's web app over real HTTP; answers when all were answered (or refused). */
  buy(order: { readonly count: number; readonly path: string; readonly together: boolean }): Promise<Reply<null>>
  /** Opens a page. Whoever shows pages loads it; else a visitor of the lab's own does, and follows what the page asks for. */
  visit(order: { readonly path: string; readonly method: 'GET' | 'POST' }): Promise<Reply<null>>
  /** From now on pages are shown there: the callback loads the path from the web app. */
  showPagesWith(show: (path: string) => void): void
  applyFault(order: FaultOrder): Promise<Reply<null>>

  /** A delivery's message as it went over the wire, decoded; null when it is not kept (any more). */
  message(deliveryTag: string): MessageView | null

  /** A fact that only the caller knows (an answer to a quiz). */
  note(fact: Fact): void
  problem(problem: Problem): void
  /** Stops everything; nothing is left behind. */
  stop(): Promise<void>
}
