"""Several tasks as one: chains, groups, chords, links, and what is asked of their results."""
from celery import chain, chord, group, signature
from celery.exceptions import ChordError, IncompleteStream
from celery.result import AsyncResult, GroupResult, ResultSet

from conformance import feature, raised_by, until, value_of
from redis_probe import redis

NO_STAMPS = 'Celery has stamps since 5.3, Debian has 5.2.6'


def ended(result):
    """Asked instead of waited for: Debian's Celery waits for ever for a group that it has read as somebody's child."""
    until(f'{result} has ended', result.ready)
    return result


@feature('canvas: a chain hands each result to the next step, and its result leads back to the first')
def chains(app, tasks):
    result = chain(tasks.add.s(1, 2), tasks.add.s(3), tasks.add.s(10)).apply_async()
    assert value_of(result) == 16
    assert [result.parent.get(timeout=60), result.parent.parent.get(timeout=60)] == [6, 3]
    assert result.parent.parent.parent is None
    assert value_of((tasks.add.s(1, 1) | tasks.add.si(5, 5) | tasks.add.s(1)).delay()) == 11


@feature('canvas: the steps of a chain know who was before them and who was first')
def lineage(app, tasks):
    result = chain(tasks.add.s(1, 1), tasks.info.s(), tasks.info.s()).apply_async()
    last = value_of(result)
    assert (last['parent_id'], last['root_id']) == (result.parent.id, result.parent.parent.id)


@feature('canvas: a group comes back in order')
def groups(app, tasks):
    result = group(tasks.add.s(n, n) for n in range(10)).apply_async()
    assert isinstance(result, GroupResult)
    assert result.get(timeout=60) == [n * 2 for n in range(10)]
    assert (result.ready(), result.successful(), result.failed(), result.completed_count()) == (True, True, False, 10)
    assert (len(result), result[3].get(timeout=60), [one.id for one in result] == [one.id for one in result.results]) == (10, 6, True)
    assert result.join(timeout=60) == result.get(timeout=60)
    told = []
    result.get(timeout=60, callback=lambda id, value: told.append((id, value)))
    assert sorted(value for _, value in told) == [n * 2 for n in range(10)]


@feature('canvas: the members of a group know their group')
def members(app, tasks):
    result = group(tasks.info.s(), tasks.info.s()).apply_async()
    assert [one['group'] for one in result.get(timeout=60)] == [result.id, result.id]


@feature('canvas: a failed member fails the group, and the others have their results')
def failed_member(app, tasks):
    result = group(tasks.add.s(1, 1), tasks.fail.s('broken')).apply_async()
    assert isinstance(raised_by(result), ValueError)
    assert (result.successful(), result.failed(), ended(result[0]).result) == (False, True, 2)
    assert isinstance(result.get(timeout=60, propagate=False)[1], ValueError)


@feature('canvas: a failure is raised while other members still wait, and a callback is told as they end')
def as_they_come(app, tasks):
    result = group(tasks.add.s(1, 1).set(countdown=3600), tasks.fail.s('at once')).apply_async()
    assert isinstance(raised_by(result), ValueError)
    assert not result[0].ready()
    result.revoke()
    told = []
    result = group(tasks.add.s(1, 1).set(countdown=2), tasks.add.s(1, 2)).apply_async()
    result.get(timeout=60, callback=lambda id, value: told.append(value))
    assert (told, result.get(timeout=60)) == ([3, 2], [2, 3])


@feature("canvas: a chord's body gets the results in order, and its keys are gone afterwards")
def chords(app, tasks):
    result = chord([tasks.add.s(n, n) for n in range(5)], tasks.echo.s('end'))()
    assert value_of(result)['args'] == [[0, 2, 4, 6, 8], 'end']
    assert value_of(chord([tasks.add.s(1, 1)], tasks.echo.s()).delay())['args'] == [[2]]
    until('the keys of the chord are gone', lambda: not redis('KEYS', 'celery-taskset-meta-*.j'))


@feature('canvas: a group in a chain is a chord, and steps go on after it')
def upgraded(app, tasks):
    result = (tasks.add.s(1, 1) | group(tasks.add.s(10), tasks.add.s(20)) | tasks.echo.s() | tasks.echo.s('last')).delay()
    assert value_of(result)['args'] == [{'args': [[12, 22]], 'kwargs': {}}, 'last']
    assert value_of(chain(group(tasks.add.s(1, 1), tasks.add.s(2, 2)), tasks.echo.s()).delay())['args'] == [[2, 4]]


@feature('canvas: chains and groups in a header, a chain as a body')
def nested(app, tasks):
    header = [chain(tasks.add.s(1, 1), tasks.add.s(1)), group(tasks.add.s(2, 2), tasks.add.s(3, 3))]
    inner, end = value_of(chord(header, tasks.echo.s() | tasks.echo.s('end')).delay())['args']
    # As Celery: a group in a group is turned round.
    assert (inner, end) == ({'args': [[3, 6, 4]], 'kwargs': {}}, 'end'), inner


@feature('canvas: a link is called with the result, and is a child of its task')
def links(app, tasks):
    result = tasks.add.apply_async((1, 1), link=tasks.add.s(10))
    assert value_of(result) == 2
    assert [value_of(child) for child in result.children] == [12]
    result = tasks.add.s(1, 1).set(link=[tasks.add.s(10), tasks.add.s(100)]).delay()
    value_of(result)
    assert [ended(one).result for child in result.children for one in child.results] == [12, 102]


@feature('canvas: an errback of one argument is called with the id of what failed')
def errbacks(app, tasks):
    errback = AsyncResult(f'errback-of-{app.oid}', app=app)
    result = tasks.fail.apply_async(('x',), link_error=tasks.shared.s().set(task_id=errback.id))
    assert isinstance(raised_by(result), ValueError)
    assert value_of(errback) == ['shared', result.id]


@feature('canvas: a broken chain fails the steps after it with the same error')
def broken_chain(app, tasks):
    result = chain(tasks.add.s(1, 1), tasks.fail.si('broken'), tasks.add.s(1)).apply_async()
    assert repr(raised_by(result)) == "ValueError('broken')"
    ended(result)
    assert (result.state, result.parent.state, result.parent.parent.state) == ('FAILURE', 'FAILURE', 'SUCCESS')


@feature('canvas: a failed header fails the body with ChordError')
def broken_chord(app, tasks):
    result = chord([tasks.add.s(1, 1), tasks.fail.s('broken')], tasks.echo.s()).apply_async()
    assert repr(raised_by(result)) == "ValueError('broken')"  # get() looks at what came before
    error = ended(result).result
    assert isinstance(error, ChordError) and "raised ValueError('broken')" in str(error), repr(error)


@feature('canvas: arguments and options are given in parts')
def partial(app, tasks):
    assert value_of(tasks.echo.s('b', k=1).apply_async(('a',), {'l': 2})) == {'args': ['a', 'b'], 'kwargs': {'k': 1, 'l': 2}}
    assert value_of(tasks.echo.si('only').apply_async(('a',), {'l': 2})) == {'args': ['only'], 'kwargs': {}}
    assert value_of(tasks.echo.s('b').clone(('a',), {'k': 1}).delay()) == {'args': ['a', 'b'], 'kwargs': {'k': 1}}
    assert group(tasks.add.s(1), tasks.add.s(2)).apply_async((10,)).get(timeout=60) == [11, 12]
    assert value_of((tasks.add.s(1) | tasks.add.s(2)).apply_async((10,))) == 13
    assert value_of(chord([tasks.add.s(1), tasks.add.s(2)], tasks.echo.s()).apply_async((10,)))['args'] == [[11, 12]]
    assert value_of(tasks.info.s().set(priority=6, queue='other').delay())['routing_key'] == 'other'


@feature('canvas: a signature is plain data, and is one again')
def plain_data(app, tasks):
    for sig in (chain(tasks.add.s(1, 1), tasks.add.s(1)), tasks.add.s(1, 2)):
        assert value_of(signature(dict(sig), app=app).delay()) == 3
    again = signature(dict(group(tasks.add.s(1, 1))), app=app)
    assert isinstance(again, group) and again.delay().get(timeout=60) == [2]
    assert value_of(app.signature('tasks.add', args=(1, 2)).delay()) == 3


@feature('canvas: map and starmap are one message, chunks are several')
def maps(app, tasks):
    assert value_of(tasks.echo.map([1, 2]).delay()) == [{'args': [1], 'kwargs': {}}, {'args': [2], 'kwargs': {}}]
    assert value_of(tasks.add.starmap([(1, 1), (2, 2)]).delay()) == [2, 4]
    result = tasks.add.chunks(zip(range(5), range(5)), 2).apply_async()
    assert result.get(timeout=60) == [[0, 2], [4, 6], [8]]


@feature('canvas: a group is saved, restored and deleted')
def saved(app, tasks):
    result = group(tasks.add.s(1, 1), tasks.add.s(2, 2)).apply_async()
    result.save()
    again = GroupResult.restore(result.id, app=app)
    assert again == result and [ended(one).result for one in again] == [2, 4]
    again.delete()
    assert GroupResult.restore(result.id, app=app) is None


@feature('canvas: revoke() of a group keeps all of it from running')
def revoked_group(app, tasks):
    result = group(tasks.add.s(1, 1), tasks.add.s(2, 2)).apply_async(countdown=3)
    until('both wait', lambda: len(app.control.inspect(timeout=5, limit=1).scheduled()['celery@conformance']) >= 2)
    result.revoke()
    assert [ended(one).state for one in result] == ['REVOKED', 'REVOKED']


@feature('canvas: what a task has sent is found by its result: collect(), iterdeps(), get_leaf()')
def trees(app, tasks):
    result = tasks.add.apply_async((1, 1), link=chain(tasks.add.s(10), tasks.add.s(100)))
    value_of(result)
    until('all has ended', lambda: all(node.ready() for _, node in result.iterdeps(intermediate=True)))
    assert [value for _, value in result.collect()] == [2, 12, 112]
    assert result.get_leaf() == 112
    assert [parent and parent.result for parent, _ in result.iterdeps()] == [None, 2, 12]
    assert [node.result for node in result.graph.topsort()] == [112, 12, 2]
    assert result.build_graph().valency_of(result) == 2
    late = tasks.add.apply_async((1, 1), countdown=3600)
    try:
        list(late.iterdeps())
    except IncompleteStream:
        late.revoke()
    else:
        raise AssertionError('iterdeps() of what has not ended')


@feature('canvas: results of several calls as one set')
def result_set(app, tasks):
    results = ResultSet([tasks.add.delay(1, 1)], app=app)
    results.add(tasks.add.delay(2, 2))
    assert (results.get(timeout=60), results.successful(), results.completed_count()) == ([2, 4], True, 2)
    results.remove(results[0].id)
    assert len(results) == 1


@feature('canvas: then() is called with the result as soon as it is known')
def then(app, tasks):
    told = []
    result = tasks.add.delay(1, 2)
    result.then(lambda known: told.append(known.id))
    assert value_of(result) == 3
    until('it was called', lambda: told)
    assert told == [result.id]


@feature('canvas: a task puts another one in its place, in a chain and in a chord')
def replaced(app, tasks):
    assert value_of(tasks.replaced.delay(5)) == 6
    assert value_of((tasks.replaced.s(5) | tasks.add.s(100)).delay()) == 106
    assert value_of(chord([tasks.replaced.s(5), tasks.add.s(1, 1)], tasks.echo.s()).delay())['args'] == [[6, 2]]


@feature("canvas: an apply_async of a task's class is called for parts of canvases")
def own_apply_async(app, tasks):
    sent = 'by its class'
    assert value_of(tasks.sends_its_own_way.delay()) == sent
    assert value_of((tasks.add.s(1, 1) | tasks.sends_its_own_way.s()).delay()) == sent
    assert group(tasks.sends_its_own_way.s(), tasks.sends_its_own_way.s()).delay().get(timeout=60) == [sent, sent]
    assert value_of(chord([tasks.add.s(1, 1)], tasks.sends_its_own_way.s()).delay()) == sent


@feature('canvas: apply() and task_always_eager run a canvas where it is called')
def eager(app, tasks):
    assert chain(tasks.add.s(1, 1), tasks.add.s(10)).apply().get() == 12
    assert group(tasks.add.s(1, 1), tasks.add.s(2, 2)).apply().get() == [2, 4]
    app.conf.task_always_eager = True
    try:
        assert (tasks.add.s(1, 1) | group(tasks.add.s(1), tasks.add.s(2))).delay().get() == [3, 4]
        assert chord([tasks.add.s(1, 1)], tasks.echo.s()).delay().get()['args'] == [[2]]
    finally:
        app.conf.task_always_eager = False


@feature('canvas: every task of a canvas sees its stamps', celery_to_ours=NO_STAMPS, ours_to_celery=NO_STAMPS)
def stamps(app, tasks):
    from celery.canvas import StampingVisitor

    class Visitor(StampingVisitor):
        def on_signature(self, sig, **headers):
            return {'batch': 'b1'}

    expected = [['batch'], {'batch': 'b1'}]
    for sig in (tasks.stamps.s(), tasks.add.s(1, 1) | tasks.stamps.s()):
        sig.stamp(batch='b1')
        assert value_of(sig.delay()) == expected
    sig = chord([tasks.stamps.s(), tasks.add.s(1, 1)], tasks.echo.s())
    sig.stamp(Visitor())
    assert value_of(sig.delay())['args'] == [[expected, 2]]


@feature('canvas: revoke_by_stamped_headers()', celery_to_ours=NO_STAMPS, ours_to_celery=NO_STAMPS)
def revoke_stamped(app, tasks):
    app.control.revoke_by_stamped_headers({'batch': ['b7']}, reply=True, timeout=20, limit=1)
    sig = group(tasks.add.s(1, 1), tasks.add.s(2, 2))
    sig.stamp(batch='b7')
    assert [ended(one).state for one in sig.delay()] == ['REVOKED', 'REVOKED']
    assert value_of(tasks.add.delay(1, 1)) == 2
