/** Limits of one type of task, changed while the worker runs. Celery: celery/worker/control.py */
import { numberOrNull } from '../../message/shapes.js'
import { withTraceback } from '../../ports/log.js'
import { pythonRepr, pythonStr } from '../../serialization/python-repr.js'
import { nok, ok, type PanelEntry } from '../panel.js'
import { errorRepr, PythonError } from '../python-errors.js'
import { ratePerSecond } from '../rate.js'

export const taskCommands: Readonly<Record<string, PanelEntry>> = {
  rate_limit: {
    type: 'control',
    required: ['task_name', 'rate_limit'],
    open: true,
    words: [
      ['task_name', 'text'],
      ['rate_limit', 'text'],
    ],
    signature: '<task_name> <rate_limit (e.g., 5/s | 5/m | 5/h)>',
    help: 'Tell worker(s) to modify the rate limit for a task by type.',
    run: (worker, args) => {
      const limit = args.rate_limit ?? null
      const name = pythonStr(args.task_name)
      try {
        ratePerSecond(limit)
      } catch (error) {
        if ((error as Error).name !== 'ValueError') throw error
        return nok(`Invalid rate limit string: ${errorRepr(error)}`)
      }
      if (!worker.tasks.has(name)) {
        worker.log.error(withTraceback(`Rate limit attempt for unknown task ${name}`, notRegistered(name)))
        return nok('unknown task')
      }
      worker.tasks.setRateLimit(name, limit)
      if (!limit) {
        worker.log.info(`Rate limits disabled for tasks of type ${name}`)
        return ok('rate limit disabled successfully')
      }
      worker.log.info(`New rate limit for tasks of type ${name}: ${pythonStr(limit)}.`)
      return ok('new rate limit set successfully')
    },
  },
  time_limit: {
    type: 'control',
    optional: ['task_name', 'hard', 'soft'],
    open: true,
    words: [
      ['task_name', 'text'],
      ['soft', 'float'],
      ['hard', 'float'],
    ],
    signature: '<task_name> <soft_secs> [hard_secs]',
    help: 'Tell worker(s) to modify the time limit for task by type.',
    run: (worker, args) => {
      const { soft = null, hard = null } = args
      const name = pythonStr(args.task_name)
      if (!worker.tasks.has(name)) {
        worker.log.error(withTraceback(`Change time limit attempt for unknown task ${name}`, notRegistered(name)))
        return nok('unknown task')
      }
      worker.tasks.setTimeLimits(name, { soft: numberOrNull(soft), hard: numberOrNull(hard) })
      worker.log.info(`New time limits for tasks of type ${name}: soft=${pythonRepr(soft)} hard=${pythonRepr(hard)}`)
      return ok('time limits set successfully')
    },
  },
}

function notRegistered(name: string): Error {
  return new PythonError('NotRegistered', `'${name}'`)
}
