/** Which queues a worker consumes, changed while it runs. Celery: celery/worker/control.py */
import { pythonStr } from '../../serialization/python-repr.js'
import type { WireValue } from '../../serialization/wire-value.js'
import { ok, type PanelEntry } from '../panel.js'

export const queueCommands: Readonly<Record<string, PanelEntry>> = {
  add_consumer: {
    type: 'control',
    required: ['queue'],
    optional: ['exchange', 'exchange_type', 'routing_key'],
    open: true,
    words: [
      ['queue', 'text'],
      ['exchange', 'text'],
      ['exchange_type', 'text'],
      ['routing_key', 'text'],
    ],
    signature: '<queue> [exchange [type [routing_key]]]',
    help: 'Tell worker(s) to consume from task queue by name.',
    run: (worker, args) => {
      const name = pythonStr(args.queue)
      const type = textOrNull(args.exchange_type) ?? 'direct'
      worker.queues.add({ name, exchange: textOrNull(args.exchange), type, routingKey: textOrNull(args.routing_key) })
      return ok(`add consumer ${name}`)
    },
  },
  cancel_consumer: {
    type: 'control',
    required: ['queue'],
    open: true,
    words: [['queue', 'text']],
    signature: '<queue>',
    help: 'Tell worker(s) to stop consuming from task queue by name.',
    run: (worker, args) => {
      const name = pythonStr(args.queue)
      worker.queues.cancel(name)
      return ok(`no longer consuming from ${name}`)
    },
  },
}

function textOrNull(value: WireValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
