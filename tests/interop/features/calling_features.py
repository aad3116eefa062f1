"""A call and what arrives of it."""
import json
import math
from base64 import b64decode

from celery import signature
from celery.exceptions import NotRegistered

from conformance import feature, raised_by, until, value_of
from redis_probe import redis, waiting_in


@feature('calling: delay() with positional arguments')
def delay(app, tasks):
    assert value_of(tasks.add.delay(2, 3)) == 5


@feature('calling: keyword arguments, nesting and characters of every kind')
def keywords(app, tasks):
    sent = {'y': {'k': [1, 2.5, 'ü', None, True]}, 'empty': '', 'quote': '"\\\n☃'}
    got = value_of(tasks.echo.apply_async(('æ€😀', None, [], {}), sent))
    assert got == {'args': ['æ€😀', None, [], {}], 'kwargs': sent}


@feature('calling: numbers keep their value and their type')
def numbers(app, tasks):
    values = [2**70, -(2**63), 2.0, 1e16, 0.1, 1, -0.0, 9007199254740993, float('inf'), float('-inf'), True]
    calls = [tasks.kind_of.delay(value) for value in values]
    assert [value_of(call) for call in calls] == [[type(value).__name__, repr(value)] for value in values]
    back = value_of(tasks.echo.delay(*values))['args']
    assert [repr(value) for value in back] == [repr(value) for value in values]
    assert math.isnan(value_of(tasks.echo.delay(float('nan')))['args'][0])


@feature('calling: a hundred calls, each with its own result')
def many(app, tasks):
    calls = [tasks.add.delay(n, n) for n in range(100)]
    assert [value_of(call) for call in calls] == [2 * n for n in range(100)]


@feature('calling: send_task() by name')
def by_name(app, tasks):
    assert value_of(app.send_task('tasks.add', (20,), {'y': 22})) == 42


@feature('calling: a task with a name of its own')
def own_name(app, tasks):
    assert tasks.named.name == 'a.name.of.its.own'
    assert value_of(tasks.named.delay()) == 'found by its name'


@feature('calling: @shared_task')
def shared(app, tasks):
    assert value_of(tasks.shared.delay(1)) == ['shared', 1]


@feature('calling: base= gives a task the methods of a class of its own')
def base_class(app, tasks):
    assert value_of(tasks.of_a_class.delay('x')) == 'counted x'


@feature('calling: current_task is the task that runs')
def current(app, tasks):
    assert value_of(tasks.name_of_current_task.delay()) == ['tasks.name_of_current_task', True]


@feature('calling: task_id= is the id of the task and of its result')
def own_id(app, tasks):
    result = tasks.info.apply_async(task_id='an-id-of-my-own')
    assert result.id == 'an-id-of-my-own'
    got = value_of(result)
    assert (got['id'], got['root_id'], got['correlation_id']) == ('an-id-of-my-own',) * 3
    assert value_of(app.AsyncResult('an-id-of-my-own')) == got


@feature('calling: self.request says who sent what, how')
def request(app, tasks):
    result = tasks.info.delay(1, two='2')
    got = value_of(result)
    assert got['name'] == 'tasks.info' and got['id'] == result.id and got['root_id'] == result.id
    assert got['parent_id'] is None and got['group'] is None and got['retries'] == 0
    assert got['args'] == [1] and got['kwargs'] == {'two': '2'}
    assert got['argsrepr'] == '(1,)' and got['kwargsrepr'] == "{'two': '2'}"
    assert got['eta'] is None and got['expires'] is None and got['timelimit'] == [None, None]
    assert got['called_directly'] is False and got['is_eager'] is False and got['ignore_result'] is False
    assert got['routing_key'] == 'celery' and got['hostname'].startswith('celery@')
    assert got['origin'].startswith('gen') and '@' in got['origin']


@feature('calling: user headers arrive in self.request')
def headers(app, tasks):
    assert value_of(tasks.info.apply_async(headers={'x-my': {'deep': [1]}}))['x_my'] == {'deep': [1]}


@feature('calling: shadow, time limits and priority arrive')
def options(app, tasks):
    got = value_of(tasks.info.apply_async(shadow='shown.as', time_limit=50, soft_time_limit=40, priority=6))
    assert (got['shadow'], got['timelimit'], got['priority']) == ('shown.as', [50, 40], 6)


@feature('calling: argsrepr= and kwargsrepr= hide what is private')
def private(app, tasks):
    got = value_of(tasks.info.apply_async(('secret',), argsrepr="('***',)", kwargsrepr='{...}'))
    assert (got['args'], got['argsrepr'], got['kwargsrepr']) == (['secret'], "('***',)", '{...}')


@feature('calling: long arguments are cut in argsrepr, and whole in the task')
def long_arguments(app, tasks):
    text = 'x' * 5000
    got = value_of(tasks.info.delay(text))
    assert got['args'] == [text]
    assert got['argsrepr'].startswith("('xxx") and 1000 < len(got['argsrepr']) < 1100, got['argsrepr']


@feature('calling: a long text there and back')
def large(app, tasks):
    text = 'ä' * 20_000 + 'z' * 200_000
    assert value_of(tasks.echo.delay(text))['args'] == [text]


@feature('calling: wrong arguments raise TypeError where the call is made')
def typing(app, tasks):
    try:
        tasks.add.delay(1, 2, 3)
    except TypeError as exc:
        assert 'add() takes 2 positional arguments but 3 were given' in str(exc), exc
    else:
        raise AssertionError('nothing was raised')


@feature('calling: wrong arguments of send_task() fail in the worker')
def typing_in_worker(app, tasks):
    error = raised_by(app.send_task('tasks.add', (1, 2, 3)))
    assert isinstance(error, TypeError) and 'add() takes 2 positional arguments but 3 were given' in str(error), error


@feature('calling: a task nobody registered fails with NotRegistered')
def not_registered(app, tasks):
    result = app.send_task('tasks.nowhere')
    assert isinstance(raised_by(result), NotRegistered)
    assert result.state == 'FAILURE'
    assert value_of(tasks.add.delay(1, 1)) == 2


@feature('calling: compression="zlib"')
def compression(app, tasks):
    assert value_of(tasks.echo.apply_async(('zip ' * 1000,), compression='zlib'))['args'] == ['zip ' * 1000]


@feature('calling: a message has the headers and properties of protocol 2')
def message(app, tasks):
    result = tasks.add.apply_async((1,), {'y': 2}, queue='nobody-listens', priority=3)
    lists = ('nobody-listens', 'nobody-listens\x06\x163')
    assert [redis('LLEN', name) for name in lists] == [0, 1]
    [envelope] = waiting_in(lists[1])
    redis('DEL', *lists)
    headers, properties = envelope['headers'], envelope['properties']
    assert headers['task'] == 'tasks.add' and headers['id'] == headers['root_id'] == result.id
    assert headers['lang'] == 'py' and headers['retries'] == 0 and headers['timelimit'] == [None, None]
    assert headers['argsrepr'] == '(1,)' and headers['kwargsrepr'] == "{'y': 2}"
    assert all(headers[name] is None for name in ('eta', 'expires', 'group', 'group_index', 'shadow', 'parent_id'))
    assert properties['priority'] == 3 and properties['delivery_mode'] == 2
    assert properties['delivery_info'] == {'exchange': '', 'routing_key': 'nobody-listens'}
    assert properties['correlation_id'] == result.id and properties['body_encoding'] == 'base64'
    assert envelope['content-type'] == 'application/json' and envelope['content-encoding'] == 'utf-8'
    embed = {'callbacks': None, 'errbacks': None, 'chain': None, 'chord': None}
    assert json.loads(b64decode(envelope['body'])) == [[1], {'y': 2}, embed]


@feature('calling: a task that sends a task is its parent, and has the same root')
def parent(app, tasks):
    parent_id, child_id = value_of(tasks.parent_of.delay())
    sent = app.AsyncResult(child_id)
    # Asked: Debian's Celery may wait for ever for what it has read as somebody's child.
    until('the child has ended', sent.ready)
    child = sent.result
    assert (child['parent_id'], child['root_id']) == (parent_id, parent_id)


@feature('calling: signatures keep arguments and options for later')
def signatures(app, tasks):
    partial = tasks.add.s(40)
    assert value_of(partial.delay(2)) == 42
    assert value_of(tasks.add.si(1, 2).apply_async()) == 3
    assert value_of(tasks.info.s().set(priority=9, task_id='by-signature').delay())['priority'] == 9
    assert value_of(signature('tasks.add', args=(5, 6)).apply_async()) == 11
    assert value_of(signature(dict(tasks.add.s(1, 1))).apply_async()) == 2
    assert tasks.add.s(3, 4)() == 7


@feature('calling: a task called as a function runs here')
def direct(app, tasks):
    assert tasks.add(2, 3) == 5
    assert tasks.shared(1) == ['shared', 1]


@feature('calling: the queue is known in Redis by its binding')
def binding(app, tasks):
    tasks.add.apply_async((1, 1), queue='bound-here')
    until('the binding is there', lambda: 'bound-here\x06\x16\x06\x16bound-here' in redis('SMEMBERS', '_kombu.binding.bound-here'))
    redis('DEL', 'bound-here')
