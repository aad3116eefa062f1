"""`app.control`: remote control of the workers; requests are sent, and replies gathered, by the engine.

Celery: celery/app/control.py
"""
import json
import warnings

from celery.exceptions import DuplicateNodenameWarning
from kombu.exceptions import OperationalError
from kombu.serialization import json_dumps
from kombu.utils.json import object_hook
from lab_host import bridge
from lab_host.not_covered import attribute_of

TERM_SIGNAME = 'SIGTERM'

_missing_of_inspect = attribute_of('Inspect')
_missing_of_control = attribute_of('Control')


def flatten_reply(reply):
    """A list of replies as one dictionary by node."""
    nodes, dupes = {}, set()
    for item in reply:
        dupes.update(name for name in item if name in nodes)
        nodes.update(item)
    if dupes:
        noun = 'name' if len(dupes) == 1 else 'names'
        warnings.warn(
            DuplicateNodenameWarning(
                f'Received multiple replies from node {noun}: {", ".join(sorted(dupes))}.\n'
                'Please make sure you give each node a unique nodename using the `-n` option.'
            )
        )
    return nodes


class Inspect:
    """`app.control.inspect(…)`: each call asks, and answers a dictionary by node, or None when nobody replied."""

    app = None

    def __init__(
        self, destination=None, timeout=1.0, callback=None, connection=None, app=None, limit=None, pattern=None,
        matcher=None,
    ):  # fmt: skip
        self.app = app or self.app
        self.destination = destination
        self.timeout = timeout
        self.callback = callback
        self.connection = connection
        self.limit = limit
        self.pattern = pattern
        self.matcher = matcher

    def _request(self, command, **kwargs):
        reply = self.app.control.broadcast(
            command, arguments=kwargs, destination=self.destination, callback=self.callback,
            connection=self.connection, limit=self.limit, timeout=self.timeout, reply=True, pattern=self.pattern,
            matcher=self.matcher,
        )  # fmt: skip
        return flatten_reply(reply) if reply else None

    def report(self):
        return self._request('report')

    def clock(self):
        return self._request('clock')

    def active(self, safe=None):
        return self._request('active', safe=safe)

    def scheduled(self, safe=None):
        return self._request('scheduled')

    def reserved(self, safe=None):
        return self._request('reserved')

    def stats(self):
        return self._request('stats')

    def revoked(self):
        return self._request('revoked')

    def registered(self, *taskinfoitems):
        return self._request('registered', taskinfoitems=taskinfoitems)

    registered_tasks = registered

    def ping(self, destination=None):
        if destination:
            self.destination = destination
        return self._request('ping')

    def active_queues(self):
        return self._request('active_queues')

    def query_task(self, *ids):
        # As Celery: a list of ids in the place of the first one.
        if len(ids) == 1 and isinstance(ids[0], (list, tuple)):
            ids = ids[0]
        return self._request('query_task', ids=ids)

    def conf(self, with_defaults=False):
        return self._request('conf', with_defaults=with_defaults)

    def hello(self, from_node, revoked=None):
        return self._request('hello', from_node=from_node, revoked=revoked)

    def memsample(self):
        return self._request('memsample')

    def memdump(self, samples=10):
        return self._request('memdump', samples=samples)

    def objgraph(self, type='Request', n=200, max_depth=10):
        return self._request('objgraph', num=n, max_depth=max_depth, type=type)

    def __getattr__(self, name):
        return _missing_of_inspect(name)


class Control:
    """Without `reply=True` nobody answers and None is returned."""

    def __init__(self, app=None):
        self.app = app

    def inspect(self, *args, **kwargs):
        return Inspect(*args, **{'app': self.app, **kwargs})

    def purge(self, connection=None):
        """Deletes what waits in the queues the app knows; answers how many messages that were."""
        return _asked(lambda: bridge.ask('purge'))

    discard_all = purge

    def election(self, id, topic, action=None, connection=None):
        self.broadcast('election', arguments={'id': id, 'topic': topic, 'action': action})

    def revoke(self, task_id, destination=None, terminate=False, signal=TERM_SIGNAME, **kwargs):
        arguments = {'task_id': task_id, 'terminate': terminate, 'signal': signal}
        return self.broadcast('revoke', destination=destination, arguments=arguments, **kwargs)

    def revoke_by_stamped_headers(self, headers, destination=None, terminate=False, signal=TERM_SIGNAME, **kwargs):
        arguments = {'headers': headers, 'terminate': terminate, 'signal': signal}
        return self.broadcast('revoke_by_stamped_headers', destination=destination, arguments=arguments, **kwargs)

    def terminate(self, task_id, destination=None, signal=TERM_SIGNAME, **kwargs):
        return self.revoke(task_id, destination=destination, terminate=True, signal=signal, **kwargs)

    def ping(self, destination=None, timeout=1.0, **kwargs):
        return self.broadcast('ping', reply=True, arguments={}, destination=destination, timeout=timeout, **kwargs)

    def rate_limit(self, task_name, rate_limit, destination=None, **kwargs):
        arguments = {'task_name': task_name, 'rate_limit': rate_limit}
        return self.broadcast('rate_limit', destination=destination, arguments=arguments, **kwargs)

    def add_consumer(
        self, queue, exchange=None, exchange_type='direct', routing_key=None, options=None, destination=None, **kwargs
    ):
        arguments = {
            'queue': queue, 'exchange': exchange, 'exchange_type': exchange_type, 'routing_key': routing_key,
            **(options or {}),
        }  # fmt: skip
        return self.broadcast('add_consumer', destination=destination, arguments=arguments, **kwargs)

    def cancel_consumer(self, queue, destination=None, **kwargs):
        return self.broadcast('cancel_consumer', destination=destination, arguments={'queue': queue}, **kwargs)

    def time_limit(self, task_name, soft=None, hard=None, destination=None, **kwargs):
        arguments = {'task_name': task_name, 'hard': hard, 'soft': soft}
        return self.broadcast('time_limit', arguments=arguments, destination=destination, **kwargs)

    def enable_events(self, destination=None, **kwargs):
        return self.broadcast('enable_events', arguments={}, destination=destination, **kwargs)

    def disable_events(self, destination=None, **kwargs):
        return self.broadcast('disable_events', arguments={}, destination=destination, **kwargs)

    def pool_grow(self, n=1, destination=None, **kwargs):
        return self.broadcast('pool_grow', arguments={'n': n}, destination=destination, **kwargs)

    def pool_shrink(self, n=1, destination=None, **kwargs):
        return self.broadcast('pool_shrink', arguments={'n': n}, destination=destination, **kwargs)

    def autoscale(self, max, min, destination=None, **kwargs):
        return self.broadcast('autoscale', arguments={'max': max, 'min': min}, destination=destination, **kwargs)

    def shutdown(self, destination=None, **kwargs):
        return self.broadcast('shutdown', arguments={}, destination=destination, **kwargs)

    def pool_restart(self, modules=None, reload=False, reloader=None, destination=None, **kwargs):
        arguments = {'modules': modules, 'reload': reload, 'reloader': reloader}
        return self.broadcast('pool_restart', arguments=arguments, destination=destination, **kwargs)

    def heartbeat(self, destination=None, **kwargs):
        return self.broadcast('heartbeat', arguments={}, destination=destination, **kwargs)

    def broadcast(
        self, command, arguments=None, destination=None, connection=None, reply=False, timeout=1.0, limit=None,
        callback=None, channel=None, pattern=None, matcher=None, **extra_kwargs,
    ):  # fmt: skip
        """Sends any command to all workers, or to those that are named; with `reply` answers [{node: payload}, …]."""
        if destination is not None and not isinstance(destination, (list, tuple)):
            raise ValueError(f'destination must be a list/tuple not {type(destination)}')
        matching = {'pattern': pattern, 'matcher': matcher} if pattern and matcher else {}
        request = {
            'method': command, 'arguments': {**(arguments or {}), **extra_kwargs}, 'destination': destination,
            'timeout': timeout or 0, 'limit': limit, 'reply': bool(reply), **matching,
        }  # fmt: skip
        text = _asked(lambda: bridge.ask('broadcast', requestJson=json_dumps(request)))
        if not reply:
            return None
        replies = json.loads(text, object_hook=object_hook)
        if callback is not None:
            for one in replies:
                callback(one)
        return replies

    def __getattr__(self, name):
        return _missing_of_control(name)


def _asked(ask):
    try:
        return ask()
    except bridge.Refused as exc:
        if exc.name in ('OperationalError', 'ConnectionError', 'MaxRetriesPerRequestError'):
            raise OperationalError(exc.message) from None
        raise RuntimeError(f'{exc.name}: {exc.message}') from None
