/**
 * One reader for each command of the contract: what the window sent, checked field by field before anything uses it.
 * answer-commands.ts calls them; a command without a reader does not compile.
 */
import type { CommandName, Commands } from '../contract/commands.js'
import type { FaultOrder } from '../contract/fault-orders.js'
import { TYPED_TERMINALS } from '../contract/topology.js'
import { TASK_LANGUAGES } from '../contract/views.js'
import {
  BadInput,
  fields,
  isPlainObject,
  jsonObject,
  list,
  oneOf,
  share,
  someFields,
  text,
  whole,
  withOptional,
  yesNo,
} from './read-input.js'
import type { Reader } from './read-input.js'
import { MOTIONS, THEMES } from './settings.js'

const id = text(200)
/** Larger than any file the lesson runner accepts, so that its own clear refusal is the one that is shown. */
const fileText = text(64_000_000)
const terminal = oneOf(TYPED_TERMINALS)
const columns = whole(1, 1_000)
const rows = whole(1, 1_000)
const nothing = fields({})
const crontabFields = { crontab: text(500), zones: list(id, 4) }

export const commandReaders: { readonly [N in CommandName]: Reader<Commands[N]['ask']> } = {
  'app.snapshot': nothing,
  'settings.save': someFields({ theme: oneOf(THEMES), layout: jsonObject(200_000), reducedMotion: oneOf(MOTIONS) }),
  'notebook.read': nothing,
  'notebook.run': fields({ phase: id, step: id }),
  'notebook.write-card': fields({ phase: id, step: id, words: text(100_000) }),
  'notebook.write-note': fields({ phase: id, step: id, text: text(100_000) }),
  'notebook.guess': fields({ phase: id, step: id, choice: list(id, 100) }),
  'notebook.delete-card': fields({ phase: id, step: id }),
  'course.phase': fields({ phase: id }),
  'document.save': fields({ name: fileName, format: oneOf(['markdown', 'html', 'pdf']), text: text(64_000_000) }),
  'project.export': nothing,
  'lab.retry': nothing,
  'lesson.open': withOptional(fields({ phase: id }), { step: id }),
  'lesson.step': fields({ step: id }),
  'lesson.recheck': fields({ step: id }),
  'lesson.answer': fields({ question: id, choice: list(id, 100) }),
  'lesson.note': fields({ step: id, text: text(100_000) }),
  'lesson.show-me': fields({ step: id }),
  'lesson.play': fields({ step: id, label: id }),
  'lesson.cancel': nothing,
  'lesson.speak': fields({ language: oneOf(TASK_LANGUAGES) }),
  'lesson.reset': fields({ what: oneOf(['step', 'phase', 'everything']) }),
  'file.save': fields({ name: id, text: fileText }),
  'file.draft': fields({ name: id, text: fileText }),
  'worker.start': fields({ worker: id }),
  'worker.stop': fields({ worker: id, how: oneOf(['warm', 'cold']) }),
  'worker.restart': fields({ worker: id }),
  'web.restart': nothing,
  'beat.start': nothing,
  'beat.stop': nothing,
  'beat.restart': nothing,
  'crontab.preview': fields(crontabFields),
  'crontab.mark': fields({
    ...crontabFields,
    column: whole(0, 100),
    run: whole(0, 100),
    as: oneOf(['twice', 'left-out']),
  }),
  'web.buy': fields({ count: whole(1, 200), path: urlPath, together: yesNo }),
  'web.visit': fields({ path: urlPath, method: oneOf(['GET', 'POST']) }),
  'fault.apply': readFault,
  'terminal.open': fields({ terminal, columns, rows }),
  'terminal.input': fields({ terminal, data: text(1_000_000) }),
  'terminal.resize': fields({ terminal, columns, rows }),
  'terminal.type': fields({ terminal, line: text(10_000) }),
  'terminal.restart': fields({ terminal }),
  'lab.looked-at': withOptional(
    fields({ what: oneOf(['message', 'worker', 'pool-process', 'queue', 'result', 'pause']), id }),
    { part: id },
  ),
  'record.message': fields({ deliveryTag: id }),
  'course.texts': nothing,
  'record.task': fields({ taskId: id }),
}

const faultReaders: { readonly [K in FaultOrder['kind']]: Reader<Extract<FaultOrder, { readonly kind: K }>> } = {
  'kill-worker': fields({ kind: oneOf(['kill-worker']), worker: id }),
  'kill-child': withOptional(fields({ kind: oneOf(['kill-child']), worker: id }), {
    pid: whole(2, 2 ** 31),
    at: oneOf(['after-effect']),
  }),
  'kill-web': fields({ kind: oneOf(['kill-web']) }),
  'slow-mail': fields({ kind: oneOf(['slow-mail']), delayMs: whole(0, 600_000) }),
  'stop-mail': fields({ kind: oneOf(['stop-mail']) }),
  'start-mail': fields({ kind: oneOf(['start-mail']) }),
  'flush-results': fields({ kind: oneOf(['flush-results']) }),
  'slow-api': fields({ kind: oneOf(['slow-api']), latencyMs: whole(0, 600_000) }),
  'flaky-api': fields({ kind: oneOf(['flaky-api']), failureRate: share }),
  'limit-api': fields({ kind: oneOf(['limit-api']), perSecond: whole(0, 1_000) }),
  'stop-api': fields({ kind: oneOf(['stop-api']) }),
  'start-api': fields({ kind: oneOf(['start-api']) }),
  'slow-commit': fields({ kind: oneOf(['slow-commit']), delayMs: whole(0, 600_000) }),
  'stop-redis': fields({ kind: oneOf(['stop-redis']), forMs: whole(0, 600_000), keepData: yesNo }),
  'start-redis': fields({ kind: oneOf(['start-redis']) }),
  'bounce-redis': fields({ kind: oneOf(['bounce-redis']), times: whole(1, 10) }),
  'deaf-monitor': fields({ kind: oneOf(['deaf-monitor']), forMs: whole(1, 600_000) }),
  'kill-beat': fields({ kind: oneOf(['kill-beat']) }),
  'duplicate-beat': fields({ kind: oneOf(['duplicate-beat']) }),
  'end-duplicate-beat': fields({ kind: oneOf(['end-duplicate-beat']) }),
}

function readFault(value: unknown, where: string): FaultOrder {
  const kind = isPlainObject(value) ? value['kind'] : undefined
  if (typeof kind !== 'string' || !Object.hasOwn(faultReaders, kind)) {
    throw new BadInput(`${where}.kind: expected one of ${Object.keys(faultReaders).join(', ')}`)
  }
  return faultReaders[kind as FaultOrder['kind']](value, where) // just looked up
}

/** A proposal for the save dialog: no path in it. */
function fileName(value: unknown, where: string): string {
  const name = text(120)(value, where)
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new BadInput(`${where}: expected a plain file name in lower case`)
  return name
}

function urlPath(value: unknown, where: string): string {
  const path = text(500)(value, where)
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new BadInput(`${where}: expected a path that begins with "/"`)
  return path
}
