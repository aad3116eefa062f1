"""Celery's signals by their names. Those of a running task and of a pool process are sent in the pool process.

Connecting to one that is not sent here says so: code that waits for it would wait in vain. Celery: celery/signals.py
"""
from celery.utils.dispatch import Signal
from lab_host.not_covered import attribute_of

_missing = attribute_of('celery.signals')


class _NotSent(Signal):
    def connect(self, *args, **kwargs):
        _missing(self.name)


task_prerun = Signal({'task_id', 'task', 'args', 'kwargs'}, name='task_prerun')
task_postrun = Signal({'task_id', 'task', 'args', 'kwargs', 'retval', 'state'}, name='task_postrun')
task_success = Signal({'result'}, name='task_success')
task_retry = Signal({'request', 'reason', 'einfo'}, name='task_retry')
task_failure = Signal({'task_id', 'exception', 'args', 'kwargs', 'traceback', 'einfo'}, name='task_failure')
task_internal_error = Signal(
    {'task_id', 'args', 'kwargs', 'request', 'exception', 'traceback', 'einfo'}, name='task_internal_error'
)
worker_process_init = Signal(name='worker_process_init')
worker_process_shutdown = Signal({'pid', 'exitcode'}, name='worker_process_shutdown')
_logging = {'loglevel', 'logfile', 'format', 'colorize'}
setup_logging = Signal(_logging, name='setup_logging')
after_setup_logger = Signal({'logger', *_logging}, name='after_setup_logger')
after_setup_task_logger = Signal({'logger', *_logging}, name='after_setup_task_logger')

# Of the worker's main process, which has a Python of its own when the code listens to one of them.
celeryd_init = Signal({'instance', 'conf', 'options'}, name='celeryd_init')
celeryd_after_setup = Signal({'instance', 'conf'}, name='celeryd_after_setup')
import_modules = Signal(name='import_modules')
worker_init = Signal(name='worker_init')
worker_ready = Signal(name='worker_ready')
worker_shutting_down = Signal({'sig', 'how', 'exitcode'}, name='worker_shutting_down')
worker_shutdown = Signal(name='worker_shutdown')
task_received = Signal({'request'}, name='task_received')
task_revoked = Signal({'request', 'terminated', 'signum', 'expired'}, name='task_revoked')
task_rejected = Signal({'message', 'exc'}, name='task_rejected')
heartbeat_sent = Signal(name='heartbeat_sent')
task_unknown = Signal({'message', 'exc', 'name', 'id'}, name='task_unknown')

# Of beat, in its own process or in the worker's.
beat_init = Signal(name='beat_init')
beat_embedded_init = Signal(name='beat_embedded_init')
# Of whatever process sends a message.
before_task_publish = Signal(
    {'body', 'exchange', 'routing_key', 'headers', 'properties', 'declare', 'retry_policy'}, name='before_task_publish'
)
after_task_publish = Signal({'body', 'exchange', 'routing_key'}, name='after_task_publish')
task_sent = Signal({'task_id', 'task', 'args', 'kwargs', 'eta', 'taskset'}, name='task_sent')

# Of the command line, which is not written in Python here.
user_preload_options = _NotSent(name='user_preload_options')
# Pools that are not here.
eventlet_pool_started = _NotSent(name='eventlet_pool_started')
eventlet_pool_preshutdown = _NotSent(name='eventlet_pool_preshutdown')
eventlet_pool_postshutdown = _NotSent(name='eventlet_pool_postshutdown')
eventlet_pool_apply = _NotSent(name='eventlet_pool_apply')
