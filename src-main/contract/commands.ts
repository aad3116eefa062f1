/** Every question the window may ask main: name → ask, answer. Adding one edits this file only; a missing handler does not compile. */
import type { CardRun, CourseTexts, GuessedAnswer, NotebookView, PhaseRecord } from './course-views.js'
import type { CrontabPreview, MarkAsk, MarkedRun, PreviewAsk } from './crontab-preview.js'
import type { FaultOrder } from './fault-orders.js'
import type { TypedTerminalName } from './topology.js'
import type { FeedItem, LookedAtWhat } from './feed.js'
import type { AppView, MessageView, SettingsView, TaskLanguage } from './views.js'

export interface Commands {
  /** The first call: views, the retained feed, and each terminal's text so far. */
  'app.snapshot': {
    ask: Record<string, never>
    answer: { view: AppView; feed: readonly FeedItem[]; terminals: Readonly<Record<string, string>> }
  }
  'settings.save': { ask: Partial<SettingsView>; answer: null }

  'notebook.read': { ask: Record<string, never>; answer: NotebookView }
  'notebook.run': { ask: { phase: string; step: string }; answer: CardRun }
  /** `words` are the learner's, on a card; `text` is a note in a step that asks for one. */
  'notebook.write-card': { ask: { phase: string; step: string; words: string }; answer: null }
  'notebook.write-note': { ask: { phase: string; step: string; text: string }; answer: null }
  /** A guess of an earlier step, made again. */
  'notebook.guess': { ask: { phase: string; step: string; choice: readonly string[] }; answer: GuessedAnswer }
  'notebook.delete-card': { ask: { phase: string; step: string }; answer: null }

  /** A phase as the learner has it, open or not. */
  'course.phase': { ask: { phase: string }; answer: PhaseRecord }
  /** Asks where, and writes it there; null: the learner did not want it after all. A PDF is made from `text` as HTML. */
  'document.save': { ask: { name: string; format: DocumentFormat; text: string }; answer: { file: string | null } }

  /** Asks for a folder, and writes the lab into a new one in it, as a project for real Celery; null: not after all. */
  'project.export': { ask: Record<string, never>; answer: { folder: string | null } }

  /** Tries once more to start what failed (LabView.state is `failed`: no Redis binary, say), then builds the open step's start state. */
  'lab.retry': { ask: Record<string, never>; answer: null }

  /** Where the learner left off in that phase, or at the step that is named. */
  'lesson.open': { ask: { phase: string; step?: string }; answer: null }
  'lesson.step': { ask: { step: string }; answer: null }
  'lesson.recheck': { ask: { step: string }; answer: null }
  'lesson.answer': { ask: { question: string; choice: readonly string[] }; answer: null }
  'lesson.note': { ask: { step: string; text: string }; answer: null }
  'lesson.show-me': { ask: { step: string }; answer: null }
  /** Carries out a script that the step offers as a button (`sequence`), named by its label; `lesson.cancel` stops it. */
  'lesson.play': { ask: { step: string; label: string }; answer: null }
  'lesson.cancel': { ask: Record<string, never>; answer: null }
  /** Of tasks: in this step, and in those after it. */
  'lesson.speak': { ask: { language: TaskLanguage }; answer: null }
  'lesson.reset': { ask: { what: 'step' | 'phase' | 'everything' }; answer: null }

  /** Saves, and restarts what loaded the file when the new text loads without an error. */
  'file.save': { ask: { name: string; text: string }; answer: null }
  /** Keeps unsaved text across a crash. */
  'file.draft': { ask: { name: string; text: string }; answer: null }

  'worker.start': { ask: { worker: string }; answer: null }
  /** Warm: waits for running tasks; `cold` drops them. */
  'worker.stop': { ask: { worker: string; how: 'warm' | 'cold' }; answer: null }
  'worker.restart': { ask: { worker: string }; answer: null }
  'web.restart': { ask: Record<string, never>; answer: null }
  'beat.start': { ask: Record<string, never>; answer: null }
  /** What is being sent is sent; the schedule is saved. */
  'beat.stop': { ask: Record<string, never>; answer: null }
  'beat.restart': { ask: Record<string, never>; answer: null }
  'crontab.preview': { ask: PreviewAsk; answer: CrontabPreview }
  /** The learner says what is odd about one run of the table; the answer says whether that is so, and why. */
  'crontab.mark': { ask: MarkAsk; answer: MarkedRun }
  /** `count` POSTs to the learner's web app; together = all at once, else one after the other. Answers when sent. */
  'web.buy': { ask: { count: number; path: string; together: boolean }; answer: null }
  /** A page of the web app, in the window's own view of it (push `show-page`). */
  'web.visit': { ask: { path: string; method: 'GET' | 'POST' }; answer: null }

  'fault.apply': { ask: FaultOrder; answer: null }

  /** The terminal is shown: its process is started when there is none. */
  'terminal.open': { ask: { terminal: TypedTerminalName; columns: number; rows: number }; answer: null }
  /** Keys, as xterm gives them. */
  'terminal.input': { ask: { terminal: TypedTerminalName; data: string }; answer: null }
  'terminal.resize': { ask: { terminal: TypedTerminalName; columns: number; rows: number }; answer: null }
  /** A whole line as if it were typed; answers when the prompt is back, or after a while. */
  'terminal.type': { ask: { terminal: TypedTerminalName; line: string }; answer: null }
  'terminal.restart': { ask: { terminal: TypedTerminalName }; answer: null }
  /** What the search looks through, and the pitfalls: everything that does not depend on the learner. */
  'course.texts': { ask: Record<string, never>; answer: CourseTexts }

  /** The learner opened or pointed at something: a fact, because some steps are about looking. */
  'lab.looked-at': { ask: { what: LookedAtWhat; id: string; part?: string }; answer: null }

  /** One delivery's message, decoded; null when it was never seen, was too long to keep, or was too long ago. */
  'record.message': { ask: { deliveryTag: string }; answer: { message: MessageView | null } }
  /** What the record knows of one task: its items, in order. */
  'record.task': { ask: { taskId: string }; answer: { items: readonly FeedItem[] } }
}

export type DocumentFormat = 'markdown' | 'html' | 'pdf'

export type CommandName = keyof Commands

/** The whitelist that the preload script and main's handler table are checked against. */
export const COMMAND_NAMES = [
  'app.snapshot',
  'settings.save',
  'notebook.read',
  'notebook.run',
  'notebook.write-card',
  'notebook.write-note',
  'notebook.guess',
  'notebook.delete-card',
  'course.phase',
  'document.save',
  'project.export',
  'lab.retry',
  'lesson.open',
  'lesson.step',
  'lesson.recheck',
  'lesson.answer',
  'lesson.note',
  'lesson.show-me',
  'lesson.play',
  'lesson.cancel',
  'lesson.speak',
  'lesson.reset',
  'file.save',
  'file.draft',
  'worker.start',
  'worker.stop',
  'worker.restart',
  'web.restart',
  'beat.start',
  'beat.stop',
  'beat.restart',
  'crontab.preview',
  'crontab.mark',
  'web.buy',
  'web.visit',
  'fault.apply',
  'terminal.open',
  'terminal.input',
  'terminal.resize',
  'terminal.type',
  'terminal.restart',
  'lab.looked-at',
  'record.message',
  'course.texts',
  'record.task',
] as const satisfies readonly CommandName[]

type Missing = Exclude<CommandName, (typeof COMMAND_NAMES)[number]>
/** Does not compile while a command is missing from the list above. */
export const everyCommandIsListed: [Missing] extends [never] ? true : never = true
