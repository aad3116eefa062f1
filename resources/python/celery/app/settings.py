"""`app.conf`: what the learner set over Celery's defaults, by attribute, by key, by update().

The engine knows every default; here are those that a task module or a producer may ask for.
Celery: celery/app/utils.py (Settings), celery/app/defaults.py
"""
import os
from collections.abc import MutableMapping
from datetime import timedelta

DEFAULTS = {
    'accept_content': ['json'],
    'broker_connection_retry_on_startup': None,
    'broker_transport_options': {},
    'enable_utc': True,
    'imports': (),
    'include': (),
    'result_backend_transport_options': {},
    'result_expires': timedelta(days=1),
    'result_extended': False,
    'result_serializer': 'json',
    'task_acks_late': False,
    'task_acks_on_failure_or_timeout': True,
    'task_always_eager': False,
    'task_annotations': None,
    'task_create_missing_queues': True,
    'task_default_delivery_mode': 2,
    'task_default_exchange': None,
    'task_default_priority': None,
    'task_default_queue': 'celery',
    'task_default_rate_limit': None,
    'task_default_routing_key': None,
    'task_eager_propagates': False,
    'task_ignore_result': False,
    'task_inherit_parent_priority': False,
    'task_queues': None,
    'task_reject_on_worker_lost': None,
    'task_routes': None,
    'task_send_sent_event': False,
    'task_serializer': 'json',
    'task_soft_time_limit': None,
    'task_store_eager_result': False,
    'task_store_errors_even_if_ignored': False,
    'task_time_limit': None,
    'task_track_started': False,
    'timezone': None,
    'worker_concurrency': None,
    'worker_hijack_root_logger': True,
    'worker_prefetch_multiplier': 4,
    'worker_redirect_stdouts': True,
    'worker_redirect_stdouts_level': 'WARNING',
    'worker_send_task_events': False,
}


class Settings(MutableMapping):
    """Reads: the environment for the two addresses, then what was set, then the default."""

    def __init__(self):
        object.__setattr__(self, 'changes', {})

    @property
    def broker_url(self):
        return os.environ.get('CELERY_BROKER_URL') or self.changes.get('broker_url')

    @property
    def result_backend(self):
        return os.environ.get('CELERY_RESULT_BACKEND') or self.changes.get('result_backend')

    def __getitem__(self, key):
        if key in ('broker_url', 'broker_read_url', 'broker_write_url'):
            return self.broker_url
        if key == 'result_backend':
            return self.result_backend
        if key in self.changes:
            return self.changes[key]
        return DEFAULTS[key]

    def __setitem__(self, key, value):
        self.changes[key] = value

    def __delitem__(self, key):
        del self.changes[key]

    def __iter__(self):
        yield from {**DEFAULTS, **self.changes}

    def __len__(self):
        return len({**DEFAULTS, **self.changes})

    def __getattr__(self, key):
        if key.startswith('__'):
            raise AttributeError(key)
        try:
            return self[key]
        except KeyError:
            # As Celery: an unknown setting is an AttributeError.
            raise AttributeError(
                f'app.conf has no setting {key!r} that was set here, and its default is known to the engine only'
            ) from None

    def __setattr__(self, key, value):
        if key in ('broker_url', 'result_backend'):
            self.changes[key] = value
            return
        self[key] = value

    def update(self, *args, **kwargs):
        self.changes.update(*args, **kwargs)

    def add_defaults(self, values):
        for key, value in dict(values() if callable(values) else values).items():
            self.changes.setdefault(key, value)

    def __repr__(self):
        return f'Settings({self.changes!r})'


def read_config_object(source):
    """A module, its name, a class or a dict; only lower-case (or, namespaced, upper-case) names are settings."""
    if isinstance(source, str):
        import importlib

        module, _, attribute = source.partition(':')
        source = importlib.import_module(module)
        if attribute:
            source = getattr(source, attribute)
    if isinstance(source, dict):
        return dict(source)
    return {name: getattr(source, name) for name in dir(source) if not name.startswith('_')}
