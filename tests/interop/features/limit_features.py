"""Time limits."""
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded

from conformance import feature, raised_by, value_of


@feature('time limits: a task may catch SoftTimeLimitExceeded and clean up')
def soft_caught(app, tasks):
    assert value_of(tasks.cleans_up.delay(20)) == 'cleaned up'


@feature('time limits: SoftTimeLimitExceeded is a failure like any')
def soft(app, tasks):
    error = raised_by(tasks.sleeps.apply_async((20,), soft_time_limit=1))
    assert type(error) is SoftTimeLimitExceeded


@feature('time limits: the soft limit ends a busy loop')
def soft_busy(app, tasks):
    assert type(raised_by(tasks.spins.apply_async(soft_time_limit=1))) is SoftTimeLimitExceeded


@feature('time limits: the hard limit of a task kills it, and the worker goes on')
def hard(app, tasks):
    error = raised_by(tasks.spins_at_most_a_second.delay())
    assert type(error) is TimeLimitExceeded and error.args == (1,), repr(error)
    assert value_of(tasks.add.delay(1, 1)) == 2


@feature('time limits: the hard limit of a call kills it')
def hard_of_call(app, tasks):
    assert type(raised_by(tasks.sleeps.apply_async((20,), time_limit=1))) is TimeLimitExceeded


@feature('time limits: a task in time hears nothing of them')
def in_time(app, tasks):
    assert value_of(tasks.sleeps.apply_async((0.1,), time_limit=30, soft_time_limit=20)) == 0.1
