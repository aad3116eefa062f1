"""What is stored of a task, and how it is asked for."""
import json
from datetime import datetime

from celery.exceptions import TimeoutError
from celery.result import AsyncResult

from conformance import PATIENCE, feature, raised_by, until, value_of
from redis_probe import redis


def stored(result):
    text = redis('GET', f'celery-task-meta-{result.id}')
    return None if text is None else json.loads(text)


@feature('results: SUCCESS, with ready(), successful() and failed()')
def success(app, tasks):
    result = tasks.add.delay(1, 2)
    assert value_of(result) == 3
    assert (result.state, result.status, result.result) == ('SUCCESS', 'SUCCESS', 3)
    assert (result.ready(), result.successful(), result.failed()) == (True, True, False)
    assert result.traceback is None


@feature('results: None, False, empty values and nested ones')
def falsy(app, tasks):
    assert value_of(tasks.add.delay(0, 0)) == 0
    assert value_of(tasks.add.delay('', '')) == ''
    assert value_of(tasks.add.delay([], [[]])) == [[]]
    assert value_of(tasks.echo.delay(None, False, {}))['args'] == [None, False, {}]


@feature('results: a failure is raised again with its class and its arguments')
def failure(app, tasks):
    result = tasks.fail.delay('bad value')
    error = raised_by(result)
    assert type(error) is ValueError and error.args == ('bad value',)
    assert (result.state, result.failed(), result.successful()) == ('FAILURE', True, False)
    assert type(result.result) is ValueError


@feature('results: the traceback of the worker is kept as text')
def traceback(app, tasks):
    result = tasks.fail.delay('with traceback')
    raised_by(result)
    lines = result.traceback.splitlines()
    assert lines[0] == 'Traceback (most recent call last):' and lines[-1] == 'ValueError: with traceback', lines
    assert any('tasks.py' in line and 'in fail' in line for line in lines), lines


@feature('results: the cause of a failure is in its traceback')
def cause(app, tasks):
    result = tasks.with_cause.delay()
    assert repr(raised_by(result)) == "ValueError('outer')"
    assert "KeyError: 'inner'" in result.traceback and 'direct cause' in result.traceback


@feature('results: an exception class of one\'s own is raised as that class')
def own_exception(app, tasks):
    error = raised_by(tasks.sold_out.delay('A1', 12.5))
    assert type(error) is tasks.SoldOut and error.args == ('A1', 12.5)


@feature('results: throws= marks an expected failure, which is stored as any')
def throws(app, tasks):
    error = raised_by(tasks.throws_key_error.delay())
    assert type(error) is KeyError and error.args == ('expected',)


@feature('results: a value that is no JSON is a failure: EncodeError')
def not_json(app, tasks):
    result = tasks.not_json.delay()
    error = raised_by(result)
    assert type(error).__name__ == 'EncodeError' and 'not JSON serializable' in str(error), error
    assert result.state == 'FAILURE'


@feature(
    'results: an exception that cannot be made again keeps its name and its text',
    ours_to_celery="Debian's billiard cannot pickle it and stores MaybeEncodingError instead",
)
def unpickleable(app, tasks):
    error = raised_by(tasks.needs_two.delay())
    assert 'NeedsTwo' in repr(error) and 'this and that' in repr(error), repr(error)


@feature('results: get(propagate=False) answers the exception')
def no_propagate(app, tasks):
    error = tasks.fail.delay('as a value').get(timeout=60, propagate=False)
    assert type(error) is ValueError and error.args == ('as a value',)


@feature('results: get(timeout=) raises TimeoutError')
def timeout(app, tasks):
    try:
        AsyncResult('nobody-will-store-this', app=app).get(timeout=0.3)
    except TimeoutError:
        pass
    else:
        raise AssertionError('nothing was raised')


@feature('results: get(callback=) is called with id and value')
def callback(app, tasks):
    heard = []
    result = tasks.add.delay(4, 4)
    result.get(timeout=60, callback=lambda task_id, value: heard.append((task_id, value)))
    assert heard == [(result.id, 8)]


@feature('results: a task nobody knows is PENDING')
def pending(app, tasks):
    result = AsyncResult('never-sent', app=app)
    assert (result.state, result.result, result.ready()) == ('PENDING', None, False)


@feature('results: forget() deletes what is stored')
def forget(app, tasks):
    result = tasks.add.delay(1, 1)
    value_of(result)
    assert stored(result)['result'] == 2
    result.forget()
    assert stored(result) is None
    assert AsyncResult(result.id, app=app).state == 'PENDING'


@feature('results: a document has the fields of Celery and lives for a day')
def document(app, tasks):
    result = tasks.add.delay(1, 1)
    value_of(result)
    document = stored(result)
    assert set(document) == {'status', 'result', 'traceback', 'children', 'date_done', 'task_id'}, document
    assert (document['status'], document['result'], document['task_id']) == ('SUCCESS', 2, result.id)
    assert document['children'] == [] and document['traceback'] is None
    assert 86_000 < redis('TTL', f'celery-task-meta-{result.id}') <= 86_400


@feature('results: a failure is stored as type, module and arguments')
def stored_failure(app, tasks):
    result = tasks.sold_out.delay('B2', 1)
    raised_by(result)
    assert stored(result)['result'] == {'exc_type': 'SoldOut', 'exc_message': ['B2', 1], 'exc_module': 'tasks'}


@feature('results: date_done is when it was done')
def date_done(app, tasks):
    result = tasks.add.delay(1, 1)
    value_of(result)
    done = result.date_done
    done = datetime.fromisoformat(done) if isinstance(done, str) else done
    age = datetime.utcnow() - done.replace(tzinfo=None)
    assert abs(age.total_seconds()) < 120, done


@feature('results: ignore_result of the task leaves nothing behind')
def ignore_result(app, tasks):
    result = tasks.silent.apply_async()
    value_of(tasks.add.delay(1, 1))
    value_of(tasks.add.delay(1, 1))
    assert stored(result) is None and result.state == 'PENDING'


@feature('results: ignore_result of the call leaves nothing behind')
def ignore_result_of_call(app, tasks):
    result = tasks.info.apply_async(ignore_result=True)
    value_of(tasks.add.delay(1, 1))
    value_of(tasks.add.delay(1, 1))
    assert stored(result) is None


@feature('results: get() of a call whose result is ignored answers None at once')
def get_ignored(app, tasks):
    for result in (tasks.add.apply_async((1, 1), ignore_result=True), tasks.silent.delay()):
        assert (result.ignored, result.get(timeout=60)) == (True, None)
    assert tasks.add.delay(1, 1).ignored is False


@feature('results: store_errors_even_if_ignored keeps failures only')
def store_errors(app, tasks):
    quiet = tasks.silent_but_for_errors.delay(False)
    loud = tasks.silent_but_for_errors.delay(True)
    document = until('the failure is stored', lambda: stored(loud))
    assert document['status'] == 'FAILURE' and document['result']['exc_message'] == ['heard']
    value_of(tasks.add.delay(1, 1))
    assert stored(quiet) is None


@feature('results: many results are waited for in any order')
def any_order(app, tasks):
    calls = [tasks.add.delay(n, 0) for n in range(20)]
    assert [value_of(call) for call in reversed(calls)] == list(reversed(range(20)))


@feature('results: results compare and hash by their id')
def identity(app, tasks):
    one = tasks.add.delay(1, 1)
    other = AsyncResult(one.id, app=app)
    assert one == other and hash(one) == hash(other) and str(one) == one.id and one.task_id == one.id
    assert value_of(other) == 2


@feature('results: get() tells on_message of each state on the way, and on_interval of the time')
def on_the_way(app, tasks):
    heard, ticks = [], []
    result = tasks.progress.apply_async((2.5,))
    value = result.get(timeout=PATIENCE, on_message=heard.append, on_interval=lambda: ticks.append(1))
    assert value == 'done'
    states = [message['status'] for message in heard if message['status'] not in ('PENDING', 'STARTED')]
    assert states[-1] == 'SUCCESS' and set(states) == {'PROGRESS', 'SUCCESS'}, heard
    assert heard[-1]['result'] == 'done' and heard[-1]['task_id'] == result.id
    assert ticks
