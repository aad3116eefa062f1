"""States on the way, and what a task class hears of its own tasks."""

from conformance import feature, until, value_of


@feature('states: track_started stores STARTED with the process and the node')
def started(app, tasks):
    result = tasks.tracked.delay(2)
    until('it is STARTED', lambda: result.state == 'STARTED')
    assert result.info['hostname'].startswith('celery@') and isinstance(result.info['pid'], int)
    assert value_of(result) == 'tracked'
    assert result.state == 'SUCCESS'


@feature('states: update_state() stores a state of one\'s own with its meta')
def progress(app, tasks):
    result = tasks.progress.delay(2)
    until('it is in PROGRESS', lambda: result.state == 'PROGRESS')
    assert result.info == {'done': 1, 'of': 2} and not result.ready()
    assert value_of(result) == 'done'


@feature('states: Ignore keeps the state that the task has set')
def kept_state(app, tasks):
    result = tasks.own_state_kept.delay()
    until('it is BLOCKED', lambda: result.state == 'BLOCKED')
    value_of(tasks.add.delay(1, 1))
    assert (result.state, result.info) == ('BLOCKED', {'why': 'closed'})


@feature('states: Ignore stores nothing')
def ignored(app, tasks):
    result = tasks.ignored.delay()
    value_of(tasks.add.delay(1, 1))
    value_of(tasks.add.delay(1, 1))
    assert result.state == 'PENDING'


def hooks_of(app, result, retries, *hooks):
    return [value_of(app.AsyncResult(f'{result.id}-{retries}-{hook}')) for hook in hooks]


@feature('states: before_start, on_success and after_return are called')
def on_success(app, tasks):
    result = tasks.watched.delay('fine')
    assert value_of(result) == 'fine'
    assert hooks_of(app, result, 0, 'before_start', 'on_success', 'after_return') == [
        ['before_start', ['fine']], ['on_success', 'fine'], ['after_return', 'SUCCESS'],
    ]  # fmt: skip


@feature('states: on_failure and after_return are called')
def on_failure(app, tasks):
    result = tasks.watched.delay('fail')
    result.get(timeout=60, propagate=False)
    assert hooks_of(app, result, 0, 'on_failure', 'after_return') == [
        ['on_failure', "ValueError('watched')"], ['after_return', 'FAILURE'],
    ]  # fmt: skip


@feature('states: on_retry is called, with the exception')
def on_retry(app, tasks):
    result = tasks.watched.delay('retry')
    assert value_of(result) == 'retry'
    assert hooks_of(app, result, 0, 'on_retry') == [['on_retry', "KeyError('again')"]]
    assert hooks_of(app, result, 1, 'on_success') == [['on_success', 'retry']]


@feature('states: an AbortableTask looks whether somebody wants it to stop')
def abortable(app, tasks):
    result = tasks.stops_when_asked.delay()
    until('it runs', lambda: result.state != 'PENDING')
    assert (result.state, result.is_aborted(), type(result).__name__) == ('RUNNING', False, 'AbortableAsyncResult')
    result.abort()
    assert value_of(result) == 'stopped'
