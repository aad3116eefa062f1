"""The tasks of the canvas scenarios, for both workers. Values are texts that tell the way they came; lists show as [a,b]."""
from celery import Celery, chain, chord, group

app = Celery('tasks')
# Late acks: while `unacked` and the queues are empty, nothing of a scenario is under way.
app.conf.update(result_extended=True, task_acks_late=True, worker_prefetch_multiplier=1)


def shown(value):
    return '[' + ','.join(map(shown, value)) + ']' if isinstance(value, (list, tuple)) else str(value)


@app.task
def t(x, label='t', **more):
    return shown(x) + label + ''.join(f'{key}={value}' for key, value in sorted(more.items()))


@app.task
def fixed(label='i'):
    return label


@app.task
def pair(x, y):
    return shown(x) + '+' + shown(y)


@app.task
def body(values, label='b'):
    return shown(values) + label


@app.task
def fail(x=None, label='f'):
    raise ValueError(label)


@app.task
def on_error(failed_id):
    return 'errback'


@app.task(bind=True, max_retries=2)
def again(self, x, label='r'):
    if self.request.retries == 0:
        # Not at once: as in Celery, RETRY might then be stored over the result of the next try.
        raise self.retry(countdown=0.2)
    return shown(x) + label


@app.task(ignore_result=True)
def unkept(x, label='u'):
    return shown(x) + label


@app.task(bind=True)
def root(self, x):
    return ['root', self.request.root_id]


#: What a task is replaced with, by one word.
KINDS = {
    't': lambda x: t.si(x, 'R'),
    'c': lambda x: t.si(x, 'R') | t.s('S'),
    'g': lambda x: group(t.si(x, 'R'), t.si(x, 'S')),
    'h': lambda x: chord([t.si(x, 'R'), t.si(x, 'S')], body.s('B')),
    'f': lambda x: fail.si(x, 'R'),
    'cg': lambda x: t.si(x, 'R') | group(t.s('S'), t.s('T')),
    'gc': lambda x: group(t.si(x, 'R') | t.s('Q'), t.si(x, 'S')),
}


@app.task(bind=True)
def replaced(self, x, kind='t'):
    return self.replace(KINDS[kind](x))


@app.task(bind=True)
def enlarged(self, x):
    self.add_to_chord(t.s(x, 'added'))
    return shown(x) + 'e'
