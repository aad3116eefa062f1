/**
 * `signals`, as Celery has them: of the process, for every app in it that was given none of its own. The one state of the
 * engine that is a module's, as a receiver may be connected before there is an app. Celery: celery/signals.py
 */
import { codeSignals, type CodeSignals } from './code-signals.js'

export const signals: CodeSignals = codeSignals({ error: (text) => console.error(text) })
