"""The tasks of both workers, real Celery's and ours: one file, unchanged."""
import sys
import time

from celery import Celery, Task, current_task, shared_task, signals
from celery.contrib.abortable import AbortableTask
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded
from celery.worker.control import control_command, inspect_command

app = Celery('tasks')


class SoldOut(Exception):
    """An exception class of one's own."""


class NeedsTwo(Exception):
    """Cannot be made again from its args."""

    def __init__(self, one, two):
        super().__init__(f'{one} and {two}')


# --- calling


@app.task
def add(x, y):
    return x + y


@app.task
def echo(*args, **kwargs):
    return {'args': list(args), 'kwargs': kwargs}


@app.task
def kind_of(value):
    return [type(value).__name__, repr(value)]


@app.task(bind=True)
def info(self, *args, **kwargs):
    r = self.request
    return {
        'name': self.name, 'id': r.id, 'root_id': r.root_id, 'parent_id': r.parent_id, 'retries': r.retries,
        'priority': r.delivery_info['priority'], 'routing_key': r.delivery_info['routing_key'],
        'redelivered': r.delivery_info['redelivered'], 'hostname': r.hostname, 'eta': r.eta, 'expires': r.expires,
        'shadow': r.shadow, 'timelimit': r.timelimit, 'origin': r.origin, 'x_my': r.get('x-my'),
        'argsrepr': r.get('argsrepr'), 'kwargsrepr': r.get('kwargsrepr'), 'args': list(r.args), 'kwargs': r.kwargs,
        'correlation_id': r.correlation_id, 'called_directly': r.called_directly, 'is_eager': r.is_eager,
        'ignore_result': r.ignore_result, 'group': r.group,
    }  # fmt: skip


@app.task(name='a.name.of.its.own')
def named():
    return 'found by its name'


@shared_task
def shared(x):
    return ['shared', x]


class Counted(Task):
    """A base class of one's own keeps state in its process."""

    prefix = 'counted'

    def decorate(self, value):
        return f'{self.prefix} {value}'


@app.task(base=Counted, bind=True)
def of_a_class(self, value):
    return self.decorate(value)


@app.task
def name_of_current_task():
    return [current_task.name, current_task.request.id == name_of_current_task.request.id]


@app.task(bind=True)
def parent_of(self, *args):
    child = info.delay()
    return [self.request.id, child.id]


# --- results


@app.task
def fail(message):
    raise ValueError(message)


@app.task
def sold_out(seat, price):
    raise SoldOut(seat, price)


@app.task
def needs_two():
    raise NeedsTwo('this', 'that')


@app.task(throws=(KeyError,))
def throws_key_error():
    raise KeyError('expected')


@app.task
def with_cause():
    try:
        raise KeyError('inner')
    except KeyError as exc:
        raise ValueError('outer') from exc


@app.task
def not_json():
    return object()


@app.task(ignore_result=True)
def silent():
    return 'nobody hears this'


@app.task(ignore_result=True, store_errors_even_if_ignored=True)
def silent_but_for_errors(fails):
    if fails:
        raise ValueError('heard')
    return 'not heard'


@app.task(track_started=True)
def tracked(seconds):
    time.sleep(seconds)
    return 'tracked'


# --- states


@app.task(bind=True)
def progress(self, seconds):
    self.update_state(state='PROGRESS', meta={'done': 1, 'of': 2})
    time.sleep(seconds)
    return 'done'


@app.task(bind=True)
def own_state_kept(self):
    self.update_state(state='BLOCKED', meta={'why': 'closed'})
    raise Ignore()


class Watched(Task):
    def before_start(self, task_id, args, kwargs):
        log_hook(self, 'before_start', task_id, list(args))

    def on_success(self, retval, task_id, args, kwargs):
        log_hook(self, 'on_success', task_id, retval)

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        log_hook(self, 'on_failure', task_id, repr(exc))

    def on_retry(self, exc, task_id, args, kwargs, einfo):
        log_hook(self, 'on_retry', task_id, repr(exc))

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        log_hook(self, 'after_return', task_id, status)


def log_hook(task, hook, task_id, what):
    """Tells by a task of its own: workers share no memory with who asks."""
    kept.apply_async((hook, what), task_id=f'{task_id}-{task.request.retries}-{hook}')


@app.task
def kept(*what):
    return list(what)


@app.task(base=Watched, bind=True, max_retries=1)
def watched(self, outcome):
    if outcome == 'fail':
        raise ValueError('watched')
    if outcome == 'retry' and self.request.retries == 0:
        raise self.retry(countdown=0, exc=KeyError('again'))
    return outcome


@app.task(base=AbortableTask, bind=True)
def stops_when_asked(self):
    self.update_state(state='RUNNING')
    while not self.is_aborted():
        time.sleep(0.05)
    return 'stopped'


# --- retries


@app.task(bind=True, max_retries=3)
def second_try(self, countdown=0):
    if self.request.retries == 0:
        raise self.retry(countdown=countdown, exc=ValueError('try 0'))
    return [self.request.retries, self.request.id, self.request.parent_id, self.request.delivery_info['routing_key']]


@app.task(bind=True, max_retries=2)
def always_retry(self):
    raise self.retry(countdown=0)


@app.task(bind=True, max_retries=2)
def always_retry_with(self, message):
    raise self.retry(countdown=0, exc=ValueError(message))


@app.task(bind=True)
def retry_with_other_args(self, x, y=0):
    if self.request.retries == 0:
        raise self.retry(args=(x + 1,), kwargs={'y': 5}, countdown=0)
    return [x, y]


@app.task(bind=True)
def retry_to_another_queue(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0, queue='other')
    return self.request.delivery_info['routing_key']


@app.task(bind=True, max_retries=0)
def no_retries(self):
    raise self.retry(countdown=0, exc=ValueError('at once'))


@app.task(bind=True, max_retries=1)
def retry_limit_of_the_call(self):
    if self.request.retries < 3:
        raise self.retry(countdown=0, max_retries=5)
    return self.request.retries


@app.task(bind=True)
def retry_without_raising(self):
    if self.request.retries == 0:
        self.retry(countdown=0, throw=False)
        return 'went on'
    return 'second'


@app.task(bind=True, autoretry_for=(KeyError,), retry_kwargs={'max_retries': 2}, default_retry_delay=0)
def auto(self):
    if self.request.retries < 2:
        raise KeyError('not yet')
    return self.request.retries


@app.task(bind=True, autoretry_for=(KeyError,), max_retries=1, default_retry_delay=0)
def auto_gives_up(self):
    raise KeyError(f'try {self.request.retries}')


@app.task(autoretry_for=(Exception,), dont_autoretry_for=(ValueError,), default_retry_delay=0)
def auto_but_not_for():
    raise ValueError('not retried')


@app.task(bind=True, autoretry_for=(KeyError,), retry_backoff=1, retry_jitter=False)
def auto_backoff(self):
    if self.request.retries == 0:
        raise KeyError('later')
    return self.request.retries


# --- acks


@app.task
def early(seconds):
    time.sleep(seconds)
    return 'early'


@app.task(acks_late=True)
def late(seconds):
    time.sleep(seconds)
    return 'late'


@app.task(acks_late=True)
def late_fails():
    raise ValueError('late')


@app.task(acks_late=True, acks_on_failure_or_timeout=False)
def late_not_acked_on_failure():
    raise ValueError('not acked')


@app.task(bind=True, acks_late=True)
def requeue_once(self):
    if not self.request.delivery_info['redelivered']:
        raise Reject('once more', requeue=True)
    return 'redelivered'


@app.task(acks_late=True)
def rejected():
    raise Reject('no', requeue=False)


@app.task
def ignored():
    raise Ignore()


@app.task
def leaves():
    sys.exit(3)


@app.task(bind=True, acks_late=True, reject_on_worker_lost=True)
def lost_once(self):
    if not self.request.delivery_info['redelivered']:
        sys.exit(3)
    return 'survived'


# --- time limits


@app.task(soft_time_limit=1)
def cleans_up(seconds):
    try:
        time.sleep(seconds)
    except SoftTimeLimitExceeded:
        return 'cleaned up'
    return 'was in time'


@app.task
def sleeps(seconds):
    time.sleep(seconds)
    return seconds


@app.task
def spins():
    while True:
        pass


@app.task(time_limit=1)
def spins_at_most_a_second():
    while True:
        pass


# --- canvas


@app.task(bind=True)
def replaced(self, x):
    return self.replace(add.si(x, 1))


class OwnWay(Task):
    """Sends its tasks with a header of its own."""

    def apply_async(self, args=None, kwargs=None, **options):
        return super().apply_async(args, kwargs, **{**options, 'headers': {'sent': 'by its class'}})


@app.task(base=OwnWay, bind=True)
def sends_its_own_way(self, *args):
    return self.request.get('sent')


@app.task(bind=True)
def stamps(self, *args):
    return [self.request.stamped_headers, self.request.stamps]


# --- code in the worker's main process, and in whoever sends

HEARD = []


@control_command(args=[('text', str)], signature='<text>')
def remember(state, text):
    HEARD.append([state.hostname, text])
    return {'ok': f'{text} is remembered'}


@inspect_command()
def what_was_heard(state, about):
    return [heard for heard in HEARD if about in heard]


@signals.worker_ready.connect
def at_worker_ready(sender, **kwargs):
    HEARD.append(['worker_ready', sender.hostname])


@signals.task_received.connect
def at_task_received(sender, request, **kwargs):
    HEARD.append(['task_received', request.name, request.id])


@signals.before_task_publish.connect(sender='tasks.signed')
def sign(headers, **kwargs):
    headers['signed-by'] = 'a receiver'


@app.task(bind=True)
def signed(self):
    return self.request.get('signed-by')
