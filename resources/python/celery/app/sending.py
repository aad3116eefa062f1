"""A call as plain data for the engine, and the engine's refusals as Celery's and kombu's exceptions.

Celery: celery/app/base.py (send_task), celery/app/amqp.py
"""
import datetime
import json

from celery.exceptions import ImproperlyConfigured, QueueNotFound
from kombu.exceptions import EncodeError, OperationalError, SerializerNotInstalled
from kombu.utils import json as kombu_json
from lab_host import bridge

# As Celery: longer reprs of arguments are cut in headers, logs and events.
ARGSREPR_MAXSIZE = 1024

_UNREACHABLE = ('OperationalError', 'ConnectionError', 'MaxRetriesPerRequestError')
_RAISED_AS = {
    'EncodeError': EncodeError,
    'ImproperlyConfigured': ImproperlyConfigured,
    'NotImplementedError': NotImplementedError,
    'QueueNotFound': QueueNotFound,
    'SerializerNotInstalled': SerializerNotInstalled,
    'TypeError': TypeError,
    'ValueError': ValueError,
}


def parent_as_data(request):
    return {
        'id': request.id,
        'rootId': request.root_id or request.id,
        'priority': (request.delivery_info or {}).get('priority'),
    }


def option_as_data(key, value):
    """Options cross as plain JSON; a datetime is only isoformat()ed, so a naive one stays naive."""
    if key == 'eta' or key == 'expires':
        if isinstance(value, datetime.timedelta):
            # As Celery: a timedelta is not understood here.
            raise TypeError(f'{key} must be a datetime, a number of seconds or an ISO text, not a timedelta')
        if isinstance(value, datetime.datetime):
            return value.isoformat()
    if key == 'exchange' and not isinstance(value, str):
        return value.name
    if key in ('link', 'link_error') and not isinstance(value, (list, tuple)):
        return [value]
    return value


def options_as_text(options):
    return json.dumps(options, cls=kombu_json.JSONEncoder)


def ask_to_send(options, **ask):
    """`options` cross as text of their own: the arguments in a link keep their kinds (2.0 is not 2)."""
    try:
        text = options_as_text(options)
    except TypeError as exc:
        raise EncodeError(exc) from exc
    return ask_engine('send-task', ask={**ask, 'optionsJson': text})


def ask_engine(kind, **fields):
    try:
        return bridge.ask(kind, **fields)
    except bridge.Refused as exc:
        if exc.name in _UNREACHABLE:
            raise OperationalError(exc.message) from None
        if exc.name in _RAISED_AS:
            raise _RAISED_AS[exc.name](exc.message) from None
        raise RuntimeError(f'{exc.name}: {exc.message}') from None
