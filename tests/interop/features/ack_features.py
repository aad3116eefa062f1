"""When a message is acked, and what becomes of one that is not."""
from celery.exceptions import WorkerLostError

from conformance import feature, raised_by, until, value_of
from redis_probe import redis, unacked_ids


def nothing_waits():
    return redis('HLEN', 'unacked') == 0 and redis('ZCARD', 'unacked_index') == 0


@feature('acks: by default a message is acked when its task begins')
def early(app, tasks):
    result = tasks.tracked.delay(2)
    until('it runs', lambda: result.state == 'STARTED')
    until('it is acked', lambda: result.id not in unacked_ids())
    assert result.state == 'STARTED'
    value_of(result)


@feature('acks: acks_late keeps the message until the result is stored')
def late(app, tasks):
    result = tasks.late.delay(1.5)
    until('it is held', lambda: result.id in unacked_ids())
    assert value_of(result) == 'late'
    until('it is acked', nothing_waits)


@feature('acks: acks_late acks a failure too')
def late_failure(app, tasks):
    assert repr(raised_by(tasks.late_fails.delay())) == "ValueError('late')"
    until('it is acked', nothing_waits)


@feature('acks: acks_on_failure_or_timeout=False gives a failed message up without a result of its own')
def not_on_failure(app, tasks):
    assert repr(raised_by(tasks.late_not_acked_on_failure.delay())) == "ValueError('not acked')"
    until('it is gone', nothing_waits)
    assert redis('LLEN', 'celery') == 0


@feature('acks: Reject(requeue=True) puts the message back, marked redelivered')
def requeue(app, tasks):
    assert value_of(tasks.requeue_once.delay()) == 'redelivered'
    until('it is acked', nothing_waits)


@feature('acks: Reject(requeue=False) drops the message and stores nothing')
def reject(app, tasks):
    result = tasks.rejected.delay()
    value_of(tasks.add.delay(1, 1))
    until('it is gone', nothing_waits)
    assert result.state == 'PENDING' and redis('LLEN', 'celery') == 0


@feature('acks: a task that ends its process fails with WorkerLostError, and the worker goes on')
def lost(app, tasks):
    result = tasks.leaves.delay()
    error = raised_by(result)
    assert isinstance(error, WorkerLostError) and 'exitcode' in str(error), error
    assert value_of(tasks.add.delay(1, 1)) == 2


@feature('acks: reject_on_worker_lost runs a lost late task again')
def lost_and_found(app, tasks):
    assert value_of(tasks.lost_once.delay()) == 'survived'
    until('it is acked', nothing_waits)
