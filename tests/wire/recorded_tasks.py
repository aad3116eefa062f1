"""The tasks of the recorded scenarios, made anew from what their results, logs and tracebacks show."""
import logging
import time
from datetime import datetime, timedelta  # noqa: F401 (for the settings of a scenario)

from celery import Celery
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded
from celery.schedules import crontab  # noqa: F401
from celery.utils.log import get_task_logger

app = Celery('tasks')
logger = get_task_logger(__name__)


class MyError(Exception):
    pass


class TwoArgError(Exception):
    def __init__(self, code, text):
        self.code = code
        self.text = text
        super().__init__(code, text)


class KwError(Exception):
    def __init__(self, *, detail):
        self.detail = detail
        super().__init__('detail=' + detail)


@app.task
def add(x, y):
    return x + y


@app.task
def mul(x, y):
    return x * y


@app.task
def xsum(numbers):
    return sum(numbers)


@app.task
def echo(*args, **kwargs):
    return {'args': list(args), 'kwargs': kwargs}


@app.task
def ret(value):
    return value


INFO = ('id group parent_id root_id retries is_eager eta expires origin hostname delivery_info reply_to '
        'correlation_id headers timelimit argsrepr kwargsrepr called_directly callbacks errbacks chain chord '
        'lang task ignore_result replaced_task_nesting properties stamps stamped_headers group_index').split()


@app.task(bind=True)
def info(self):
    return {name: repr(getattr(self.request, name, None)) for name in INFO}


@app.task
def printer(text):
    print('printed', text)
    logging.getLogger().warning('root style %s', text)
    logger.info('task style %s', text)
    return text


@app.task
def sleeper(n):
    time.sleep(n)
    return n


@app.task(acks_late=True)
def sleeper_late(n):
    time.sleep(n)
    return n


@app.task(acks_late=True, reject_on_worker_lost=True)
def sleeper_late_reject(n):
    time.sleep(n)
    return n


@app.task(reject_on_worker_lost=True)
def sleeper_early_reject(n):
    time.sleep(n)
    return n


@app.task
def fail(kind):
    if kind == 'value':
        raise ValueError('bad value')
    if kind == 'noargs':
        raise RuntimeError()
    if kind == 'key':
        raise KeyError('k')
    if kind == 'custom':
        raise MyError('custom', 42, {'a': 1})
    if kind == 'two':
        raise TwoArgError(7, 'seven')
    if kind == 'kw':
        raise KwError(detail='d')
    if kind == 'unjson':
        raise MyError(object())
    if kind == 'cause':
        try:
            {}['x']
        except KeyError as exc:
            raise ValueError('with cause') from exc
    if kind == 'exit':
        raise SystemExit()
    if kind == 'interrupt':
        raise KeyboardInterrupt()
    if kind == 'oserror':
        raise FileNotFoundError(2, 'No such file or directory', '/nope')
    assert False, 'assertion text'


@app.task(throws=(MyError,))
def fail_expected():
    raise MyError('expected')


@app.task(acks_late=True)
def fail_late():
    raise ValueError('late')


@app.task(acks_late=True, acks_on_failure_or_timeout=False)
def fail_late_noack():
    raise ValueError('late, not acked on failure')


@app.task
def unserializable():
    return object()


@app.task(bind=True)
def progress(self):
    for current in range(2):
        self.update_state(state='PROGRESS', meta={'current': current, 'total': 2})
        time.sleep(0.05)
    return 'done'


@app.task(track_started=True)
def started(value):
    time.sleep(0.2)
    return value


@app.task(ignore_result=True)
def ignored(value):
    return value


@app.task(ignore_result=True)
def ignored_fail():
    raise ValueError('ignored result but fails')


@app.task(ignore_result=True, store_errors_even_if_ignored=True)
def ignored_fail_store():
    raise ValueError('stored anyway')


@app.task(bind=True, max_retries=2)
def retry_manual(self, countdown):
    try:
        raise ValueError('try %d' % self.request.retries)
    except ValueError as exc:
        raise self.retry(exc=exc, countdown=countdown)


@app.task(bind=True, max_retries=1)
def retry_noexc(self):
    raise self.retry(countdown=0)


@app.task(bind=True)
def retry_then_ok(self, x):
    if self.request.retries == 0:
        raise self.retry(countdown=0, kwargs={'x': x + 100}, args=())
    return x


@app.task(autoretry_for=(ValueError,), max_retries=2, retry_backoff=True, retry_jitter=False)
def retry_auto(x):
    raise ValueError('auto')


@app.task(autoretry_for=(ValueError,), retry_kwargs={'max_retries': 1}, retry_backoff=2)
def retry_auto_jitter(x):
    raise ValueError('jitter')


@app.task
def ignore_me():
    raise Ignore()


@app.task(bind=True)
def ignore_after_state(self):
    self.update_state(state='MYSTATE', meta={'why': 'ignored'})
    raise Ignore()


@app.task(acks_late=True)
def reject_drop():
    raise Reject('no thanks', requeue=False)


@app.task(bind=True, acks_late=True)
def reject_requeue(self):
    if self.request.delivery_info.get('redelivered'):
        return {'redelivered': True, 'delivery_info': self.request.delivery_info}
    raise Reject('again please', requeue=True)


@app.task
def reject_early_ack():
    raise Reject('already acked', requeue=True)


@app.task
def on_ok(result, tag=None):
    return ['ok', result, tag]


@app.task
def on_err(request, exc, traceback):
    return None


@app.task
def on_err_old(task_id):
    return ['old err', task_id]


@app.task
def immut(value):
    return ['immut', value]


@app.task(soft_time_limit=1)
def soft_tl(catch=False):
    try:
        time.sleep(6)
    except SoftTimeLimitExceeded:
        if not catch:
            raise
        return 'cleaned up'


@app.task(time_limit=1)
def hard_tl():
    time.sleep(6)


@app.task(time_limit=1, acks_late=True)
def hard_tl_late():
    time.sleep(6)


@app.task(time_limit=1, acks_late=True, acks_on_failure_or_timeout=False)
def hard_tl_late_noack():
    time.sleep(6)


@app.task(rate_limit='10/m')
def limited(x):
    return x


@app.task(rate_limit='2/s')
def limited2(x):
    return x


@app.task(bind=True)
def replace_me(self, x):
    raise self.replace(add.s(x, 1))
