"""Remote control: what a client asks of workers and what it gets back."""
from conformance import feature, until, value_of

NODE = 'celery@conformance'


def inspect(app):
    return app.control.inspect(destination=[NODE], timeout=60)


def order(app, command, **arguments):
    return app.control.broadcast(command, arguments=arguments, destination=[NODE], reply=True, timeout=60)


@feature('control: ping answers pong, under the name of the node')
def ping(app, tasks):
    assert app.control.ping(destination=[NODE], timeout=60) == [{NODE: {'ok': 'pong'}}]
    assert inspect(app).ping() == {NODE: {'ok': 'pong'}}


@feature('control: nodes are chosen by a pattern')
def pattern(app, tasks):
    chosen = {'reply': True, 'timeout': 60, 'limit': 1}
    assert app.control.broadcast('ping', pattern='celery@*', matcher='glob', **chosen) == [{NODE: {'ok': 'pong'}}]


@feature('inspect: active shows the task that runs with its arguments, and query_task finds it')
def active(app, tasks):
    result = tasks.sleeps.apply_async((3,))
    found = until('it runs', lambda: [one for one in inspect(app).active()[NODE] if one['id'] == result.id])
    assert (found[0]['name'], found[0]['args'], found[0]['kwargs']) == (tasks.sleeps.name, [3], {})
    assert isinstance(found[0]['worker_pid'], int) and found[0]['acknowledged'] is True
    assert inspect(app).query_task(result.id)[NODE][result.id][0] == 'active'
    assert value_of(result) == 3


@feature('inspect: scheduled shows what waits for its eta')
def scheduled(app, tasks):
    result = tasks.add.apply_async((1, 1), countdown=300)
    ids = lambda: [one['request']['id'] for one in inspect(app).scheduled()[NODE]]  # noqa: E731
    until('it waits', lambda: result.id in ids())
    app.control.revoke(result.id)
    until('it is known as revoked', lambda: result.id in inspect(app).revoked()[NODE])


@feature('inspect: registered, stats, conf, active_queues and clock tell of the worker')
def facts(app, tasks):
    asked = inspect(app)
    assert any(one.split(' ')[0] == tasks.add.name for one in asked.registered()[NODE])
    assert asked.stats()[NODE]['pool']['max-concurrency'] == 2
    assert isinstance(asked.conf()[NODE], dict)
    assert {queue['name'] for queue in asked.active_queues()[NODE]} >= {'celery', 'other'}
    assert asked.clock()[NODE]['clock'] > 0


@feature('control: terminate ends a task that runs')
def terminate(app, tasks):
    result = tasks.sleeps.apply_async((60,))
    until('it runs', lambda: [one for one in inspect(app).active()[NODE] if one['id'] == result.id])
    result.revoke(terminate=True)
    until('it is REVOKED', lambda: result.state == 'REVOKED')


@feature('control: rate limits and time limits of a task are changed, and refused for no task')
def limits(app, tasks):
    assert order(app, 'rate_limit', task_name=tasks.add.name, rate_limit='100/s') == [
        {NODE: {'ok': 'new rate limit set successfully'}}
    ]
    assert order(app, 'rate_limit', task_name=tasks.add.name, rate_limit=0) == [
        {NODE: {'ok': 'rate limit disabled successfully'}}
    ]
    assert order(app, 'time_limit', task_name='no.such', soft=1, hard=2) == [{NODE: {'error': 'unknown task'}}]


@feature('control: a queue is consumed from now on, and no longer')
def consumers(app, tasks):
    assert order(app, 'add_consumer', queue='extra') == [{NODE: {'ok': 'add consumer extra'}}]
    assert value_of(tasks.add.apply_async((2, 2), queue='extra')) == 4
    assert order(app, 'cancel_consumer', queue='extra') == [{NODE: {'ok': 'no longer consuming from extra'}}]


@feature('control: commands of the code change and show what the worker keeps')
def own_commands(app, tasks):
    assert order(app, 'remember', text='row 7') == [{NODE: {'ok': 'row 7 is remembered'}}]
    assert order(app, 'what_was_heard', about='row 7') == [{NODE: [[NODE, 'row 7']]}]
    [answer] = order(app, 'remember')
    assert 'missing 1 required positional argument' in answer[NODE]['error'], answer


@feature("signals: worker_ready and task_received are heard in the worker's main process")
def main_process_signals(app, tasks):
    result = tasks.add.delay(1, 1)
    assert value_of(result) == 2
    heard = until('it is heard', lambda: order(app, 'what_was_heard', about=result.id)[0][NODE])
    assert heard == [['task_received', 'tasks.add', result.id]], heard
    assert order(app, 'what_was_heard', about='worker_ready') == [{NODE: [['worker_ready', NODE]]}]


@feature('signals: a receiver of before_task_publish adds a header')
def publish_signal(app, tasks):
    assert value_of(tasks.signed.delay()) == 'a receiver'


@feature('control: an unknown command is answered with the error')
def unknown(app, tasks):
    assert order(app, 'no_such_command') == [{NODE: {'error': "KeyError('no_such_command')"}}]
