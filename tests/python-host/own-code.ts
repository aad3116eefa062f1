/**
 * own_code.py: a learner's handlers, signal receivers, annotations and eager calls, which say one after the other what
 * they see. It runs under real Celery's Python and under ours, and imports its app from tasks.py.
 */
export const ownCodePy = String.raw`
from celery import Task, chain, current_task, signals
from celery.exceptions import Ignore, Reject
from celery.result import EagerResult, allow_join_result, denied_join_result
from tasks import app

said = []

def heard():
    found = list(said)
    said.clear()
    return found

class Telling(Task):
    def before_start(self, task_id, args, kwargs): said.append(['before_start', task_id, list(args), kwargs])
    def on_success(self, retval, task_id, args, kwargs): said.append(['on_success', repr(retval), self.request.id, current_task.name])
    def on_failure(self, exc, task_id, args, kwargs, einfo):
        said.append(['on_failure', repr(exc), einfo.traceback.splitlines()[-1], repr(einfo.exception), einfo.type.__name__])
    def on_retry(self, exc, task_id, args, kwargs, einfo): said.append(['on_retry', repr(exc), type(einfo.exception).__name__])
    def after_return(self, status, retval, task_id, args, kwargs, einfo): said.append(['after_return', status, repr(retval), einfo])

@app.task(base=Telling, bind=True, max_retries=1, throws=(KeyError,))
def telling(self, kind, more=None):
    said.append(['body', kind, self.request.retries, self.request.is_eager, self.request.called_directly])
    if kind == 'fail': raise ValueError('bad')
    if kind == 'expected': raise KeyError('known')
    if kind == 'ignore': raise Ignore('why')
    if kind == 'reject': raise Reject('no', requeue=True)
    if kind == 'retry': raise self.retry(exc=OSError('again'), countdown=1)
    if kind == 'once' and self.request.retries == 0: raise self.retry()
    return kind

class Breaking(Telling):
    breaks = None
    def maybe(self, name):
        if name in self.breaks: raise RuntimeError(name)
    def on_success(self, *args): self.maybe('on_success')
    def on_failure(self, *args): self.maybe('on_failure')
    def on_retry(self, *args): self.maybe('on_retry')
    def after_return(self, *args):
        super().after_return(*args)
        self.maybe('after_return')

@app.task(base=Breaking, bind=True)
def breaking(self, breaks):
    Breaking.breaks = breaks
    if 'on_failure' in breaks: raise ValueError('bad')
    if 'on_retry' in breaks: raise self.retry(countdown=1)
    return breaks

@app.task
def plain(x=0): return x
def on_instance(*args): said.append(['set on the task', repr(args[0])])
plain.on_success = plain.after_return = plain.on_failure = on_instance
@app.task
def failing(x=0): raise ValueError('bad')
failing.on_failure = on_instance

@app.task
def one_arg(x): said.append(['one_arg', x if len(str(x)) < 30 else 'an id'])
@app.task
def as_errback(request, exc, traceback): said.append(['as_errback', request.id, repr(exc), traceback.splitlines()[-1]])
@app.task
def waits(): return plain.delay(1).get()
@app.task
def add(x, y): return x + y
@app.task
def annotated(): pass
@app.task
def wrapped(x): return x
@app.task(autoretry_for=(ValueError,), max_retries=1, bind=True, default_retry_delay=0)
def overrides(self):
    said.append(['try', self.request.retries])
    if self.request.retries == 0: raise self.retry(max_retries=3)
    raise ValueError('bad')

def shown(call):
    try: r = call()
    except Exception as exc: return ['raised', type(exc).__name__, str(exc).splitlines()[0], heard()]
    if isinstance(r, EagerResult) and isinstance(r.result, RuntimeError): return [r.state, str(r.result).splitlines()[0]]
    if not isinstance(r, EagerResult): return [repr(r), heard()]
    return [r.state, type(r.result).__name__, str(r.result), (r.traceback or '').splitlines()[-1:], r.ready(), r.failed(), heard()]

def eager(call, **conf):
    settings = {'task_always_eager': True, **conf}
    before = {key: app.conf[key] for key in settings}
    app.conf.update(settings)
    try: return shown(call)
    finally: app.conf.update(before)

def record(name, shows):
    def receiver(signal, sender, **fields):
        more = [repr(fields[key]) if key in fields else None for key in shows]
        said.append([name, sender.name, sorted(fields), *more])
    getattr(signals, name).connect(receiver, weak=False, dispatch_uid='record ' + name)

SIGNALS = {
    'task_prerun': ['task_id', 'args', 'kwargs'], 'task_postrun': ['task_id', 'state'], 'task_success': ['result'],
    'task_failure': ['task_id', 'exception', 'args'], 'task_retry': [], 'task_internal_error': ['task_id', 'exception'],
}

def told():
    out = []
    def tell(what, value): out.append([what, value])
    for round in ('handlers', 'signals'):
        if round == 'signals':
            for name, shows in SIGNALS.items(): record(name, shows)
        for kind in ('ok', 'fail', 'expected', 'ignore', 'reject', 'retry', 'once'):
            tell(round + ': ' + kind, shown(lambda: telling.apply((kind,), {'more': 1}, task_id='id-1')))
        for breaks in (['on_success'], ['after_return'], ['on_failure'], ['on_retry'], ['on_failure', 'after_return']):
            tell(round + ': breaking ' + repr(breaks), shown(lambda: breaking.apply((breaks,), task_id='id-1')))
        tell(round + ': throw', shown(lambda: telling.apply(('fail',), task_id='id-1', throw=True)))
        tell(round + ': set on a task', [shown(lambda: plain.apply((7,))), shown(lambda: failing.apply())[:3]])
    for name in SIGNALS: tell('disconnected ' + name, getattr(signals, name).disconnect(dispatch_uid='record ' + name))
    tell('disconnected again', signals.task_prerun.disconnect(dispatch_uid='record task_prerun'))
    heard()

    tell('links', shown(lambda: plain.apply((3,), retries=2)))
    tell('eager', eager(lambda: plain.delay(4)))
    tell('eager linked', eager(lambda: plain.apply_async((5,), link=one_arg.s(), link_error=one_arg.s())))
    tell('eager errbacks', eager(lambda: failing.apply_async(task_id='id-2', link_error=[as_errback.s(), one_arg.s()])))
    tell('eager propagates', eager(lambda: failing.delay(), task_eager_propagates=True))
    tell('eager get', eager(lambda: plain.delay(6).get()))
    tell('eager waits', eager(lambda: waits.delay()))
    tell('eager chain', eager(lambda: chain(add.s(1, 2), add.s(3), plain.s())()))
    tell('eager chain broken', eager(lambda: chain(failing.s(1), add.s(3))()))
    tell('chain applied', shown(lambda: (add.s(1, 1) | add.s(2)).apply().parent.result))
    tell('signature applied', shown(lambda: add.s(5).apply((1,))))
    tell('eager tuple', eager(lambda: plain.delay((1, 2))))
    tell('eager not json', eager(lambda: plain.delay(object))[:2])
    tell('overrides', [eager(lambda: overrides.delay()), overrides.override_max_retries])
    with denied_join_result():
        tell('denied', shown(lambda: plain.apply((1,)).get()))
        with allow_join_result(): tell('allowed', shown(lambda: plain.apply((1,)).get()))
    tell('repr', repr(plain.apply(task_id='id-3')))

    tell('annotated', [annotated.rate_limit, annotated.time_limit, plain.priority, plain.rate_limit, wrapped(1)])
    signal = signals.Signal(name='own', providing_args={'a'}) if hasattr(signals, 'Signal') else type(signals.task_prerun)(name='own', providing_args={'a'})
    def first(sender, **named): return ['first', named.get('a')]
    def second(**named): raise RuntimeError('second')
    def short_lived(**named): return 'short-lived'
    tell('connect', [signal.connect(first) is first, signal.connect(sender=plain)(second) is second, signal.has_listeners()])
    signal.connect(short_lived)
    signal.connect(first)
    tell('sent to all', [[r.__name__, repr(answer)] for r, answer in signal.send(sender=None, a=1)])
    del short_lived
    tell('sent from plain', [[r.__name__, repr(answer)] for r, answer in signal.send(sender=plain, a=2)])
    tell('disconnect', [signal.disconnect(first), signal.disconnect(first), signal.disconnect(second, sender=plain), signal.has_listeners()])
    tell('no kwargs', shown(lambda: signal.connect(lambda sender: 0)))
    tell('no callable', shown(lambda: signal.connect(sender=None)(3)))
    return out
`
