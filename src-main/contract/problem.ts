/** A problem as data: what crosses a boundary when something did not work. */
export interface Problem {
  /** A stable name for tests and for the renderer: `port-taken`, `file-not-utf8`, `python-error` … */
  readonly code: string
  /** What happened, in one sentence. */
  readonly what: string
  /** What it means for the learner's tasks, messages or files now. */
  readonly meaning: string
  /** What to press or type next. */
  readonly next: string
  /** Details for the curious: a traceback, a path, an errno. */
  readonly detail?: string
  /** For code problems: where it is. `line` counts from 1. */
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number }
}

/** Every reply across a boundary. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }
