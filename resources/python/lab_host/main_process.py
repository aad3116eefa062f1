"""The worker's main process as the code sees it: what its control commands and the receivers of its signals are given.

The worker itself is the engine's. A command gets what it is at that moment, and what it changes goes back with its answer.
Celery: celery/worker/control.py (state), celery/worker/consumer/consumer.py, celery/worker/request.py
"""
import json
import traceback

from celery.worker import state as worker_state
from celery.worker.control import Panel
from kombu.serialization import json_dumps, json_loads
from lab_host.not_covered import attribute_of


class Named:
    """An object of the worker's with a few of its attributes; the others say that they are not here."""

    def __init__(self, what, **attributes):
        self._missing = attribute_of(what)
        self.__dict__.update(attributes)

    def __getattr__(self, name):
        self.__dict__['_missing'](name)


class QoS:
    """The prefetch count."""

    def __init__(self, value):
        self.value = value
        self.changed_by = 0

    def increment_eventually(self, n=1):
        self._change(max(n, 0))

    def decrement_eventually(self, n=1):
        self._change(-min(max(n, 0), self.value - 1))

    def _change(self, by):
        if self.value:  # 0 is no limit
            self.value += by
            self.changed_by += by


_OF_A_REQUEST = ('args', 'kwargs', 'hostname', 'delivery_info', 'time_start', 'acknowledged', 'worker_pid')


class Request(Named):
    """A task that the worker has received."""

    def __init__(self, app, info):
        super().__init__('request', **{name: info.get(name) for name in _OF_A_REQUEST})
        self._info = info
        self.app = app
        self.id = self.task_id = info.get('id')
        self.name = self.task_name = self.type = info.get('name')

    def info(self, safe=False):
        return dict(self._info)

    @property
    def task(self):
        return self.app.tasks.get(self.name)

    def __repr__(self):
        return f'{self.name}[{self.id}]'

    __str__ = humaninfo = __repr__


def command(app, name, args_json, state_json):
    """Answers JSON: the reply, what the command has changed, or what it raised."""
    found = json.loads(state_json)
    state = _state(app, found)
    try:
        reply = Panel.data[name](state, **json_loads(args_json))
        reply_json = json_dumps(reply)
    except Exception as exc:
        return {'kind': 'raised', 'repr': repr(exc), 'traceback': ''.join(traceback.format_exception(exc)).rstrip('\n')}
    effects = {'prefetchBy': state.consumer.qos.changed_by, 'revoked': list(worker_state.revoked.added)}
    return {'kind': 'reply', 'replyJson': reply_json, **effects}


def _state(app, found):
    reserved = [Request(app, info) for info in found['reserved']]
    active = [Request(app, info) for info in found['active']]
    worker_state.requests.clear()
    worker_state.requests.update({request.id: request for request in (*reserved, *active)})
    worker_state.reserved_requests = {*reserved, *active}
    worker_state.active_requests = set(active)
    worker_state.total_count.clear()
    worker_state.total_count.update(found['totals'])
    worker_state.revoked.clear()
    worker_state.revoked.update(found['revoked'])
    worker_state.revoked.added.clear()
    hostname = found['hostname']
    controller = Named('state.consumer.controller', hostname=hostname, app=app)
    qos = QoS(found['prefetchCount'])
    consumer = Named('state.consumer', hostname=hostname, app=app, controller=controller, qos=qos)
    return Named('state', app=app, hostname=hostname, consumer=consumer, tset=set)


# --- signals of the worker's main process

_SENDERS = {
    'worker_init': lambda app, hostname: Named('worker', hostname=hostname, app=app),
    'worker_ready': lambda app, hostname: Named('consumer', hostname=hostname, app=app),
    'worker_shutdown': lambda app, hostname: Named('worker', hostname=hostname, app=app),
    'worker_shutting_down': lambda app, hostname: hostname,
    'heartbeat_sent': lambda app, hostname: Named('heart', eventer=Named('heart.eventer', hostname=hostname)),
    'beat_init': lambda app, hostname: Named('service', app=app),
    'beat_embedded_init': lambda app, hostname: Named('service', app=app),
}


def signal(app, signal, hostname, fields):
    """As Celery sends it, as far as the engine has what goes with it."""
    info = fields.pop('info', None)
    if info is not None:
        fields['request'] = Request(app, info)
    if signal.name == 'task_revoked':
        sender = app.tasks.get(info['name'])
    else:
        sender = _SENDERS.get(signal.name, _SENDERS['worker_ready'])(app, hostname)
    signal.send(sender=sender, **fields)


def configure_by_signals(app, nodename):
    """Before anything is known of the settings: receivers may change them."""
    from celery import signals

    worker = Named('worker', hostname=nodename, app=app)
    signals.celeryd_init.send(sender=nodename, instance=worker, conf=app.conf, options={})
    signals.celeryd_after_setup.send(sender=nodename, instance=worker, conf=app.conf)
