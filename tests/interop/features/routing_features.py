"""Queues and priorities."""
from conformance import feature, value_of
from redis_probe import redis


@feature('routing: queue= chooses the queue')
def queue(app, tasks):
    got = value_of(tasks.info.apply_async(queue='other'))
    assert got['routing_key'] == 'other'


@feature('routing: a queue nobody consumes keeps its messages in order')
def unconsumed(app, tasks):
    calls = [tasks.add.apply_async((n, 0), queue='waits-for-ever') for n in range(3)]
    from redis_probe import waiting_in

    assert [message['headers']['id'] for message in waiting_in('waits-for-ever')] == [call.id for call in calls]
    redis('DEL', 'waits-for-ever')


@feature('routing: all priorities are run')
def priorities(app, tasks):
    calls = [tasks.info.apply_async(priority=n) for n in range(10)]
    assert [value_of(call)['priority'] for call in calls] == list(range(10))
