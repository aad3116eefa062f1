/**
 * How a worker logs, by its settings and by what the code sets up itself: real Celery (Debian's 5.2.6) and our worker run
 * the same file and write the same lines, times, ids and numbers of processes aside.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let redis: RedisServer
beforeAll(async () => void (redis = await startRedisServer()))
afterAll(() => redis?.stop())

const tasksPy = (setup: string): string => `
import logging, sys
from celery import Celery, signals
from celery.utils.log import get_task_logger
app = Celery('tasks')
logger = get_task_logger(__name__)
${setup}

@app.task
def talk():
    logging.getLogger('shop').warning('mark of a library')
    logging.getLogger('shop').debug('mark of nobody')
    logger.info('mark of the task')
    print('mark printed')
    print('mark to stderr', file=sys.stderr)
    sys.__stderr__.write('mark past the log\\n')
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception('mark of an error')
    return 'the end'
`

const cases: Readonly<Record<string, string>> = {
  'the formats of the settings': `
app.conf.worker_log_format = '%(levelname)-8s|%(name)s|%(processName)s|%(levelno)03d|%(message)s'
app.conf.worker_task_log_format = '%(levelname).4s 100%% %(task_name)s(%(task_id)s) %(message)s'`,
  'the defaults': '',
  'prints as errors': `
app.conf.worker_redirect_stdouts_level = 'ERROR'`,
  'prints left alone': `
app.conf.worker_redirect_stdouts = False`,
  'a root logger of its own, not taken over': `
app.conf.worker_hijack_root_logger = False
logging.basicConfig(level=logging.INFO, format='own %(levelname)s %(name)s: %(message)s', stream=sys.__stderr__)`,
  'a root logger of its own, taken over': `
logging.basicConfig(level=logging.INFO, format='own %(levelname)s %(name)s: %(message)s', stream=sys.__stderr__)`,
  'logging set up by a receiver of setup_logging': `
@signals.setup_logging.connect
def set_up(loglevel, **kwargs):
    handler = logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(logging.Formatter('set up %(levelname)s %(name)s: %(message)s'))
    logging.root.addHandler(handler)
    logging.root.setLevel(loglevel)`,
  'formatters changed after the set-up': `
@signals.after_setup_logger.connect
def change(logger, **kwargs):
    for handler in logger.handlers:
        handler.setFormatter(logging.Formatter('changed %(levelname)s %(message)s'))
@signals.after_setup_task_logger.connect
def change_task(logger, **kwargs):
    for handler in logger.handlers:
        handler.setFormatter(logging.Formatter('of a task %(levelname)s %(message)s'))`,
  'a line of the source in the format': `
app.conf.worker_task_log_format = '%(funcName)s %(filename)s %(message)s'`,
}

/** Lines of the pool process only: where code sets up logging itself, our worker's main process goes on with its own. */
function compared(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => /mark|succeeded|Traceback|ZeroDivision/.test(line) && !/received/.test(line))
    .map((line) =>
      line
        .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
        .replaceAll(/\d+\.\d+(e-\d+)?s/g, 'Ns')
        .replaceAll(/ForkPoolWorker-\d+/g, 'ForkPoolWorker-N')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, 'TIME'),
    )
    .toSorted() // stdout and stderr are read apart
}

const call = `
from tasks import *
talk.delay().get(timeout=40)`

it.each(Object.entries(cases))('%s', async (_name, setup) => {
  const source = tasksPy(setup)
  const where = { brokerUrl: redis.url(), tasksPy: source }
  const real = await startRealWorker(where, ['-c', '1', '-l', 'INFO'])
  let expected: readonly string[]
  try {
    await runRealClient(where, call)
    await expect.poll(() => real.output, { timeout: 60_000 }).toMatch(/succeeded in/)
    expected = compared(real.output)
  } finally {
    await real.stop()
  }
  const ours = await startOurWorker({ ...where, concurrency: 1 })
  try {
    await runRealClient(where, call)
    await expect.poll(() => ours.stderr, { timeout: 60_000 }).toMatch(/succeeded in/)
    expect(compared(ours.stderr + ours.stdout)).toEqual(expected)
    expect(expected.length).toBeGreaterThan(7)
  } finally {
    await ours.stop()
  }
})
