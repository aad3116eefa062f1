/** The pool's size, its restart, and the end of the worker. Celery: celery/worker/control.py */
import { numberOrNull } from '../../message/shapes.js'
import { pythonRepr } from '../../serialization/python-repr.js'
import type { WireValue } from '../../serialization/wire-value.js'
import { nok, ok, type PanelEntry } from '../panel.js'
import { typeError } from '../python-errors.js'

const adjustInstead = 'is not supported with autoscale. Adjust autoscale range instead.'

export const poolCommands: Readonly<Record<string, PanelEntry>> = {
  pool_grow: {
    type: 'control',
    optional: ['n'],
    open: true,
    words: [['n', 'int']],
    signature: '[N=1]',
    help: 'Grow pool by n processes/threads.',
    run: (worker, args) => {
      if (worker.pool.autoscales) return nok(`pool_grow ${adjustInstead}`)
      worker.pool.grow(Math.max(0, count(args.n))) // As range(n) of a negative number: none
      return ok('pool will grow')
    },
  },
  pool_shrink: {
    type: 'control',
    optional: ['n'],
    open: true,
    words: [['n', 'int']],
    signature: '[N=1]',
    help: 'Shrink pool by n processes/threads.',
    run: (worker, args) => {
      if (worker.pool.autoscales) return nok(`pool_shrink ${adjustInstead}`)
      worker.pool.shrink(Math.max(1, count(args.n))) // As billiard: one goes before it counts
      return ok('pool will shrink')
    },
  },
  pool_restart: {
    type: 'control',
    optional: ['modules', 'reload', 'reloader'],
    open: true,
    help: 'Restart execution pool.',
    run: (worker) => {
      worker.pool.restart()
      return ok('reload started')
    },
  },
  autoscale: {
    type: 'control',
    optional: ['max', 'min'],
    words: [
      ['max', 'int'],
      ['min', 'int'],
    ],
    signature: '[max [min]]',
    help: 'Modify autoscale settings.',
    run: (worker, args) => {
      const { max, min } = worker.pool.autoscale(numberOrNull(args.max), numberOrNull(args.min))
      return ok(`autoscale now max=${max} min=${min}`)
    },
  },
  shutdown: {
    type: 'control',
    optional: ['msg'],
    open: true,
    help: 'Shutdown worker(s).',
    run: (worker, args) => {
      worker.log.warning(typeof args.msg === 'string' ? args.msg : 'Got shutdown from remote')
      worker.shutDown()
      return { kind: 'silence' }
    },
  },
}

/** As Python, which counts with whole numbers only: what is none changes nothing and is answered with its error. */
function count(n: WireValue | undefined): number {
  if (n === undefined) return 1
  if (Number.isInteger(n)) return Number(n)
  throw typeError(`${pythonRepr(n)} cannot be interpreted as an integer`)
}
