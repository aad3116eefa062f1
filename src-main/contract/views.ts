/** What the window shows that is not a fact: lessons, files, settings, what runs. Main owns it; pushes replace it whole. */
import type { Problem } from './problem.js'
import type {
  ApiSettings,
  DatabaseSettings,
  MailSettings,
  ProcessName,
  ProcessRole,
  RedisSettings,
} from './topology.js'

export type Difficulty = 'basic' | 'intermediate' | 'hard'
/** What a learner writes tasks in. */
export const TASK_LANGUAGES = ['python', 'typescript'] as const
export type TaskLanguage = (typeof TASK_LANGUAGES)[number]

export type StepState = 'todo' | 'now' | 'done'

export interface PhaseView {
  readonly number: number
  readonly id: string
  readonly title: string
  readonly difficulty: Difficulty
  /** False: not written yet; the stepper says so. */
  readonly available: boolean
  readonly done: boolean
  /** How many steps it has, and how many of them are green. */
  readonly steps: number
  readonly stepsDone: number
}

/** One step of the open lesson. Markdown is our own lessons' and is rendered to HTML by the renderer. */
export interface StepView {
  readonly id: string
  readonly title: string
  readonly kind: 'do' | 'quiz' | 'challenge' | 'note'
  readonly state: StepState
  /** Markdown: the one action. */
  readonly doText: string
  /** Markdown: two or three sentences, shown once the step is done. */
  readonly whyText: string
  /** Markdown: the phase's main point, shown once the step is done; empty in most steps. A card of the notebook holds it. */
  readonly ahaText: string
  readonly hints: readonly string[]
  /** Why it is not green, or what was observed, in one sentence with numbers. */
  readonly observed: string
  readonly checks: readonly CheckView[]
  /** Buttons the step offers (the same as elsewhere in the window, put close at hand). */
  readonly actions: readonly StepAction[]
  /** What one would type for this in a real project, a line each; none: nothing. */
  readonly command: readonly string[]
  /** Times that are not as in production: each carries a badge. */
  readonly shortened: readonly ShortenedTime[]
  /** A crontab whose runs the step shows, with two values of `timezone`. */
  readonly crontab?: import('./crontab-preview.js').PreviewAsk | null
  /** A question before the action: the learner's guess, compared after. */
  readonly prediction: QuestionView | null
  readonly questions: readonly QuestionView[]
  /** What the answers speak for, the most first; empty until all are given, and in steps that give no advice. */
  readonly advice: readonly AdviceView[]
  /** True when "show me" has something to show. */
  readonly hasSolution: boolean
  /** The learner's file that this step is about: the editor shows it when the step is opened. */
  readonly file: string | null
  /** Why it exists in Python only; null: in both languages. */
  readonly pythonOnly: string | null
  /** For kind 'note': the learner's own words, saved. */
  readonly noteText: string
  /** What was measured on this computer for the note; empty where nothing is, or was yet. */
  readonly measured: readonly MeasuredView[]
}

/** A time that the lab has changed, and says so. */
export interface ShortenedTime {
  /** A setting's name, or words. */
  readonly what: string
  readonly here: string
  /** The default of Celery, or what a real project would have. */
  readonly production: string
  readonly why: string
}

export interface MeasuredView {
  /** What, in the words of the check. */
  readonly label: string
  readonly observed: string
}

export interface AdviceView {
  readonly title: string
  /** Markdown. */
  readonly text: string
  /** The learner's answers that speak for it. */
  readonly because: readonly string[]
}

export interface CheckView {
  readonly id: string
  readonly label: string
  readonly passed: boolean
  readonly observed: string
}

export interface QuestionView {
  readonly id: string
  readonly text: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly many: boolean
  /** The options are to be put in order; `chosen` and `right` are orders then. */
  readonly ordered: boolean
  /** What the learner chose; empty until answered. */
  readonly chosen: readonly string[]
  /** Only after an answer: which are right, and the reason for each option. */
  readonly outcome: {
    readonly right: readonly string[]
    readonly correct: boolean
    readonly reasons: Readonly<Record<string, string>>
  } | null
}

/** A learner's action as data: a button in a step, and what "show me" and `lessons:check` carry out. */
export type StepAction = { readonly label: string } & LearnerAction
export type LearnerAction =
  | { readonly do: 'buy'; readonly count: number; readonly path: string; readonly together: boolean }
  /** Opens a page of the web app, as a browser does: it follows redirects, and loads again when the page asks for it. */
  | { readonly do: 'visit'; readonly path: string; readonly method: 'GET' | 'POST' }
  | { readonly do: 'start-worker'; readonly worker: ProcessName }
  /** Warm, Celery's SIGTERM, unless `how` says cold: SIGQUIT. */
  | { readonly do: 'stop-worker'; readonly worker: ProcessName; readonly how?: 'warm' | 'cold' }
  | { readonly do: 'restart-worker'; readonly worker: ProcessName }
  | { readonly do: 'restart-web' }
  | { readonly do: 'start-beat' | 'stop-beat' | 'restart-beat' }
  | { readonly do: 'mark-run'; readonly mark: import('./crontab-preview.js').MarkAsk }
  /** `version`: one on the way to the solution, in the folder of that name in `solution/` (only in solutions). */
  | { readonly do: 'save-file'; readonly file: string; readonly fromSolution: true; readonly version?: string }
  | { readonly do: 'fault'; readonly fault: import('./fault-orders.js').FaultOrder }
  /** Typed into that terminal, a line or a block of lines; `^C` is Ctrl+C. Over when the prompt is back, or after `waitSeconds` (30). */
  | { readonly do: 'python' | 'console'; readonly line: string; readonly waitSeconds?: number }
  | { readonly do: 'answer'; readonly question: string; readonly choice: readonly string[] }
  | { readonly do: 'write-note'; readonly text: string }
  /** The lab as a project for real Celery: the window asks where; a solution writes it into the app's own folder. */
  | { readonly do: 'export-project' }
  /** A script: one after the other, as if pressed by an invisible hand. It can be cancelled. */
  | { readonly do: 'sequence'; readonly of: readonly LearnerAction[] }
  | { readonly do: 'wait'; readonly forMs: number }
  /**
   * Only in solutions: what a learner would open. `message`: the one published last; `pool-process`: the first child of that worker;
   * `pause` and `go-on`: the picture.
   */
  | { readonly do: 'look-at'; readonly what: 'message'; readonly part?: string }
  | { readonly do: 'look-at'; readonly what: 'worker' | 'pool-process'; readonly worker: ProcessName }
  | { readonly do: 'look-at'; readonly what: 'pause' | 'go-on' }
  /** Wait until checks with these ids are green (only in solutions). */
  | { readonly do: 'wait-for'; readonly checks: readonly string[]; readonly timeoutSeconds: number }
  /** Wait until so many children of the worker are ready (only in solutions): how long a start takes says the computer. */
  | {
      readonly do: 'wait-for-children'
      readonly worker: ProcessName
      readonly ready: number
      readonly timeoutSeconds: number
    }

/** A message as it lies in the broker, its body decoded. */
export interface MessageView {
  readonly deliveryTag: string
  readonly bytes: number
  readonly contentType: string | null
  readonly headers: readonly MessagePart[]
  readonly properties: readonly MessagePart[]
  /** Protocol 2: args, kwargs, embed. A body that is no JSON is one piece, as it was sent. */
  readonly body: readonly MessagePart[]
}

export interface MessagePart {
  /** `headers.task`. */
  readonly path: string
  readonly name: string
  /** JSON, every digit as it was sent; cut at 2,000 characters. */
  readonly text: string
}

export interface LessonView {
  readonly phase: PhaseView
  /** Markdown: the phase's opening words. */
  readonly introText: string
  readonly goals: readonly string[]
  readonly steps: readonly StepView[]
  /** The open step. */
  readonly stepId: string
  /** While a start state is being built. */
  readonly busy: string | null
  /** The learner's choice; a step that has no such files is in Python. */
  readonly language: TaskLanguage
}

export interface FileView {
  readonly name: string
  readonly language: TaskLanguage
  /** What the editor shows: the unsaved draft when there is one, else the saved text. They differ when `fingerprint` is not this text's. */
  readonly text: string
  /** Fingerprint of the saved text. */
  readonly fingerprint: string
  /** The step's start text, for "reset" and the difference view. */
  readonly startText: string
  readonly solutionText: string | null
  /** A syntax or import error in the version last saved. */
  readonly problem: Problem | null
}

export interface ProcessView {
  readonly name: ProcessName
  readonly role: ProcessRole
  readonly pid: number | null
  readonly state: 'off' | 'starting' | 'ready' | 'stopping' | 'dead'
  /** Fingerprint of the code it runs; the stage stripes it when the saved files differ. */
  readonly fingerprint: string | null
  readonly stale: boolean
  readonly children: readonly {
    readonly pid: number
    readonly label: string
    readonly state: 'starting' | 'ready' | 'busy'
  }[]
  readonly concurrency: number | null
}

export interface LabView {
  readonly state: 'starting' | 'running' | 'failed'
  readonly problem: Problem | null
  /** `127.0.0.1:41873`; never the password. */
  readonly redisAddress: string | null
  readonly redisVersion: string | null
  /** As it runs now, or will when it is started again. */
  readonly redis: RedisSettings
  readonly webUrl: string | null
  readonly processes: readonly ProcessView[]
  readonly mail: MailSettings
  readonly api: ApiSettings
  /** As in the topology: false while CELERY_RESULT_BACKEND is not set. */
  readonly resultBackend?: boolean
  readonly db: DatabaseSettings
  /** Fingerprint of the saved files. */
  readonly fingerprint: string
}

export type Theme = 'system' | 'light' | 'dark'

export interface SettingsView {
  readonly theme: Theme
  /** Pane sizes and open tabs, owned by the renderer, kept by main. */
  readonly layout: Readonly<Record<string, unknown>>
  readonly reducedMotion: 'system' | 'on' | 'off'
}

export interface AppView {
  readonly version: string
  readonly electron: string
  readonly phases: readonly PhaseView[]
  readonly lesson: LessonView | null
  readonly files: readonly FileView[]
  readonly lab: LabView
  readonly settings: SettingsView
  /** False: nobody is there to be shown around (a walk, a test). */
  readonly mayShowTour: boolean
}
