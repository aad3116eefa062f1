"""Settings by the names they had before Celery 4: `CELERY_TASK_SERIALIZER` is `task_serializer`, `BROKER_URL` is `broker_url`.

Celery: celery/app/defaults.py (_TO_NEW_KEY), celery/app/utils.py (detect_settings)
"""
from celery.app.defaults import DEFAULTS
from celery.exceptions import ImproperlyConfigured

_PREFIXES = {
    'beat_': 'CELERYBEAT_',
    'event_': 'CELERY_EVENT_',
    'redis_': 'CELERY_REDIS_',
    'result_': 'CELERY_RESULT_',
    'task_': 'CELERY_',
    'worker_': 'CELERYD_',
}
_OTHERS = {
    'accept_content': 'CELERY_ACCEPT_CONTENT',
    'imports': 'CELERY_IMPORTS',
    'include': 'CELERY_INCLUDE',
    'result_accept_content': 'RESULT_ACCEPT_CONTENT',
    'result_cache_max': 'CELERY_MAX_CACHED_RESULTS',
    'result_expires': 'CELERY_TASK_RESULT_EXPIRES',
    'task_compression': 'CELERY_MESSAGE_COMPRESSION',
    'task_eager_propagates': 'CELERY_EAGER_PROPAGATES_EXCEPTIONS',
    'task_protocol': 'CELERY_TASK_PROTOCOL',
    'task_publish_retry': 'CELERY_TASK_PUBLISH_RETRY',
    'task_publish_retry_policy': 'CELERY_TASK_PUBLISH_RETRY_POLICY',
    'task_send_sent_event': 'CELERY_SEND_TASK_SENT_EVENT',
    'task_serializer': 'CELERY_TASK_SERIALIZER',
    'task_soft_time_limit': 'CELERYD_TASK_SOFT_TIME_LIMIT',
    'task_time_limit': 'CELERYD_TASK_TIME_LIMIT',
    'timezone': 'CELERY_TIMEZONE',
    'worker_direct': 'CELERY_WORKER_DIRECT',
    'worker_disable_rate_limits': 'CELERY_DISABLE_RATE_LIMITS',
    'worker_enable_remote_control': 'CELERY_ENABLE_REMOTE_CONTROL',
    'worker_lost_wait': 'CELERYD_WORKER_LOST_WAIT',
    'worker_redirect_stdouts': 'CELERY_REDIRECT_STDOUTS',
    'worker_redirect_stdouts_level': 'CELERY_REDIRECT_STDOUTS_LEVEL',
    'worker_send_task_events': 'CELERY_SEND_EVENTS',
}


def _old(name):
    prefix = name.partition('_')[0] + '_'
    if name in _OTHERS or prefix not in _PREFIXES:
        return _OTHERS.get(name, name.upper())
    return _PREFIXES[prefix] + name.removeprefix(prefix).upper()


TO_NEW = {_old(name): name for name in DEFAULTS}
_TO_OLD = {new: old for old, new in TO_NEW.items()}


def new_name(key, namespace=None):
    """The name of today, also of `NAMESPACE_TASK_SERIALIZER`."""
    if namespace and key.startswith(namespace):
        key = key.removeprefix(namespace).lower()
    return TO_NEW.get(key, key)


def refuse_a_mixture(names):
    """As Celery: one way of naming in one configuration, unless both names of a setting are there."""
    old = {name for name in names if name in TO_NEW and TO_NEW[name] not in names}
    new = {name for name in names if name in DEFAULTS and _TO_OLD[name] not in names}
    if old and new:
        kind, others, names_of = ('new', old, TO_NEW) if len(new) >= len(old) else ('old', new, _TO_OLD)
        shown = '\n'.join(f'{name} -> {names_of[name]}' for name in sorted(others))
        raise ImproperlyConfigured(f'Settings have old and new names. Most are {kind}, so rename these:\n\n{shown}')
