/**
 * Answers the window's commands: one handler for each name of the contract, given input that command-readers.ts has
 * checked. Whatever goes wrong becomes a problem in the reply; nothing is thrown across. Electron-free: main.ts joins it
 * to ipcMain after checking the sender.
 */
import { errorDetail } from '../contract/error-text.js'
import type { CommandName, Commands } from '../contract/commands.js'
import type { FeedItem } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { AppView } from '../contract/views.js'
import type { Lab } from '../lab/lab-interface.js'
import type { LessonRunner } from '../lesson-runner/lesson-runner-interface.js'
import { commandReaders } from './command-readers.js'
import type { PushFeed } from './push-feed.js'
import { BadInput } from './read-input.js'
import type { Settings } from './settings.js'

export interface CommandParts {
  readonly lab: Lab
  readonly lessons: LessonRunner
  readonly settings: Settings
  readonly pushFeed: PushFeed
  readonly version: string
  readonly electron: string
  readonly mayShowTour: boolean
  /** Starts the lab again and builds the open step's start state. */
  retryLab(): Promise<Reply<null>>
  /** Asks where, and writes. */
  saveDocument(order: Commands['document.save']['ask']): Promise<Reply<Commands['document.save']['answer']>>
  /** Asks for a folder that is there; null: the learner did not want it after all. */
  chooseFolder(): Promise<string | null>
  /** In the system's own file manager. */
  showFolder(folder: string): void
}

type Handlers = { readonly [N in CommandName]: (ask: Commands[N]['ask']) => Promise<Reply<Commands[N]['answer']>> }

/** How long a purchase may take to fail before it counts as sent; later problems are pushed. */
const SENT_AFTER_MS = 150

export class AnswerCommands {
  readonly #handlers: Handlers
  readonly #tell: (problem: Problem) => void

  constructor(parts: CommandParts) {
    this.#handlers = handlersOf(parts)
    this.#tell = (problem) => parts.pushFeed.problem(problem)
  }

  /** From the window: neither name nor input is trusted. */
  async answer(name: unknown, input: unknown): Promise<Reply<unknown>> {
    if (typeof name !== 'string' || !Object.hasOwn(this.#handlers, name))
      return { ok: false, problem: unknownCommand(name) }
    const command = name as CommandName // one of the table's own names
    try {
      return await this.#run(command, input)
    } catch (error) {
      return { ok: false, problem: error instanceof BadInput ? badInput(command, error) : failed(command, error) }
    }
  }

  /** From the menu: the same commands; a problem goes to the window. */
  async carryOut<N extends CommandName>(name: N, ask: Commands[N]['ask']): Promise<void> {
    const reply = await this.answer(name, ask)
    if (!reply.ok) this.#tell(reply.problem)
  }

  #run<N extends CommandName>(name: N, input: unknown): Promise<Reply<Commands[N]['answer']>> {
    return this.#handlers[name](commandReaders[name](input, name))
  }
}

function handlersOf(parts: CommandParts): Handlers {
  const { lab, lessons, settings } = parts
  return {
    'app.snapshot': () => Promise.resolve({ ok: true, value: takeSnapshot(parts) }),
    'settings.save': async (change) => {
      await settings.save(change)
      return { ok: true, value: null }
    },
    'notebook.read': () => lessons.notebook.read(),
    'notebook.run': ({ phase, step }) => lessons.notebook.run(phase, step),
    'notebook.write-card': ({ phase, step, words }) => lessons.notebook.writeCard(phase, step, words),
    'notebook.write-note': ({ phase, step, text }) => lessons.notebook.writeNote(phase, step, text),
    'notebook.guess': ({ phase, step, choice }) => lessons.notebook.guess(phase, step, choice),
    'notebook.delete-card': ({ phase, step }) => lessons.notebook.deleteCard(phase, step),
    'course.phase': ({ phase }) => lessons.notebook.phase(phase),
    'document.save': (order) => parts.saveDocument(order),
    'project.export': () => exportProject(parts),
    'lab.retry': () => parts.retryLab(),
    'lesson.open': ({ phase, step }) => lessons.open(phase, step),
    'lesson.step': ({ step }) => lessons.step(step),
    'lesson.recheck': ({ step }) => lessons.recheck(step),
    'lesson.answer': ({ question, choice }) => lessons.answer(question, choice),
    'lesson.note': ({ step, text }) => lessons.writeNote(step, text),
    'lesson.show-me': ({ step }) => lessons.showMe(step),
    'lesson.play': ({ step, label }) => lessons.play(step, label),
    'lesson.cancel': () => lessons.cancel(),
    'lesson.speak': ({ language }) => lessons.speak(language),
    'lesson.reset': ({ what }) => lessons.reset(what),
    'file.save': ({ name, text }) => lessons.saveFile(name, text),
    'file.draft': ({ name, text }) => lessons.draft(name, text),
    'worker.start': ({ worker }) => lab.startWorker(worker),
    'worker.stop': ({ worker, how }) => lab.stopWorker(worker, how),
    'worker.restart': ({ worker }) => lab.restartWorker(worker),
    'web.restart': () => lab.restartWeb(),
    'beat.start': () => lab.startBeat(),
    'beat.stop': () => lab.stopBeat(),
    'beat.restart': () => lab.restartBeat(),
    'crontab.preview': (ask) => Promise.resolve(lab.previewCrontab(ask)),
    'crontab.mark': (ask) => Promise.resolve(lab.markRun(ask)),
    'web.buy': (order) => buy(parts, order),
    'web.visit': (order) => lab.visit(order),
    'fault.apply': (order) => lab.applyFault(order),
    'terminal.open': ({ terminal, ...size }) => lab.typed.open(terminal, size),
    'terminal.input': ({ terminal, data }) => Promise.resolve(lab.typed.input(terminal, data)),
    'terminal.resize': ({ terminal, ...size }) => Promise.resolve(lab.typed.resize(terminal, size)),
    'terminal.type': (order) => lab.typed.typeLine(order),
    'terminal.restart': ({ terminal }) => lab.typed.restart(terminal),
    'lab.looked-at': (looked) => {
      lab.note({ kind: 'looked-at', ...looked, by: 'learner' })
      return Promise.resolve({ ok: true, value: null })
    },
    'record.message': ({ deliveryTag }) => Promise.resolve({ ok: true, value: { message: lab.message(deliveryTag) } }),
    'course.texts': () => lessons.texts(),
    'record.task': ({ taskId }) =>
      Promise.resolve({ ok: true, value: { items: itemsOfTask(lab.record.itemsAfter(0), taskId) } }),
  }
}

async function exportProject(parts: CommandParts): Promise<Reply<{ folder: string | null }>> {
  const parent = await parts.chooseFolder()
  if (parent === null) return { ok: true, value: { folder: null } }
  const exported = await parts.lessons.exportProject(parent)
  if (exported.ok) parts.showFolder(exported.value.folder)
  return exported
}

/** Read in one turn, with the subscription: feed items up to `lastSeq` are in it, later ones are pushed. */
function takeSnapshot({
  lab,
  lessons,
  settings,
  pushFeed,
  version,
  electron,
  mayShowTour,
}: CommandParts): Commands['app.snapshot']['answer'] {
  pushFeed.subscribe()
  const view: AppView = {
    version,
    electron,
    phases: lessons.phases(),
    lesson: lessons.lesson(),
    files: lessons.files(),
    lab: lab.view(),
    settings: settings.view(),
    mayShowTour,
  }
  return { view, feed: lab.record.itemsAfter(0), terminals: lab.terminals() }
}

/** The lab answers when every response is in, which may take half a minute; the window's button should not wait for that. */
async function buy({ lab, pushFeed }: CommandParts, order: Commands['web.buy']['ask']): Promise<Reply<null>> {
  let answered = false
  const bought = lab.buy(order).catch((error: unknown) => ({ ok: false, problem: failed('web.buy', error) }) as const)
  void bought.then((reply) => {
    if (answered && !reply.ok) pushFeed.problem(reply.problem)
  })
  const sent = new Promise<Reply<null>>((resolve) =>
    setTimeout(() => resolve({ ok: true, value: null }), SENT_AFTER_MS),
  )
  const reply = await Promise.race([bought, sent])
  answered = true
  return reply
}

function itemsOfTask(items: readonly FeedItem[], taskId: string): readonly FeedItem[] {
  return items.filter(({ fact }) => 'taskId' in fact && fact.taskId === taskId)
}

function unknownCommand(name: unknown): Problem {
  return {
    code: 'unknown-command',
    what: `The window asked for "${String(name).slice(0, 60)}", which is not a command of this app.`,
    meaning: 'Nothing was done.',
    next: 'Start the app again; if this comes back, it is an error of the app.',
  }
}

function badInput(command: CommandName, error: BadInput): Problem {
  return {
    code: 'bad-input',
    what: `The command ${command} came with input that does not fit.`,
    meaning: 'Nothing was done.',
    next: 'Try it again; if this comes back, it is an error of the app.',
    detail: error.message,
  }
}

function failed(command: CommandName, error: unknown): Problem {
  return {
    code: 'command-failed',
    what: `The command ${command} stopped with an error.`,
    meaning: 'It may have been done in part; what the stage shows is what is true.',
    next: 'Try it again, or reset the step.',
    detail: errorDetail(error),
  }
}
