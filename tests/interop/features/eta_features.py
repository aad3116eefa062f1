"""Not before, and not after."""
import time
from datetime import datetime, timedelta, timezone

from celery.exceptions import TaskRevokedError

from conformance import feature, raised_by, until, value_of
from redis_probe import unacked_ids


def seconds(since):
    return time.time() - since


@feature('eta: countdown= holds a task back')
def countdown(app, tasks):
    begun = time.time()
    assert value_of(tasks.add.apply_async((1, 2), countdown=1.5)) == 3
    assert seconds(begun) >= 1.4


@feature('eta: eta= with an offset')
def aware(app, tasks):
    begun = time.time()
    eta = datetime.now(timezone(timedelta(hours=5))) + timedelta(seconds=1.5)
    got = value_of(tasks.info.apply_async(eta=eta))
    assert seconds(begun) >= 1.4
    assert abs((datetime.fromisoformat(got['eta']) - eta).total_seconds()) < 0.001


@feature('eta: eta= without an offset is UTC')
def naive(app, tasks):
    begun = time.time()
    assert value_of(tasks.add.apply_async((1, 2), eta=datetime.utcnow() + timedelta(seconds=1.5))) == 3
    assert 1.4 <= seconds(begun) < 25


@feature('eta: a time that is over is now')
def past(app, tasks):
    assert value_of(tasks.add.apply_async((1, 2), eta=datetime(2001, 1, 1, tzinfo=timezone.utc))) == 3


@feature('eta: a waiting task is held by the worker and not acked')
def held(app, tasks):
    result = tasks.add.apply_async((1, 2), countdown=2)
    until('the worker holds it', lambda: result.id in unacked_ids())
    assert value_of(result) == 3
    until('it is acked', lambda: result.id not in unacked_ids())


@feature('eta: tasks run in the order of their times')
def order(app, tasks):
    begun = time.time()
    later = tasks.add.apply_async((1, 1), countdown=3)
    sooner = tasks.add.apply_async((2, 2), countdown=1)
    assert value_of(sooner) == 4 and not later.ready()
    assert value_of(later) == 2 and seconds(begun) >= 2.9


@feature('expires: a task that has expired is not run and is REVOKED')
def expired(app, tasks):
    result = tasks.add.apply_async((1, 2), expires=-1)
    error = raised_by(result)
    assert type(error) is TaskRevokedError and error.args == ('expired',)
    assert result.state == 'REVOKED'


@feature('expires: as a date')
def expired_at(app, tasks):
    result = tasks.add.apply_async((1, 2), expires=datetime.now(timezone.utc) - timedelta(minutes=1))
    assert type(raised_by(result)) is TaskRevokedError


@feature('expires: a task in time runs, and knows when it would have expired')
def in_time(app, tasks):
    got = value_of(tasks.info.apply_async(expires=600))
    left = datetime.fromisoformat(got['expires']) - datetime.now(timezone.utc)
    assert 400 < left.total_seconds() <= 600, got['expires']


@feature('expires: a task whose time is over while it waits for its eta is REVOKED')
def while_waiting(app, tasks):
    result = tasks.add.apply_async((1, 2), countdown=2, expires=1)
    assert type(raised_by(result)) is TaskRevokedError
