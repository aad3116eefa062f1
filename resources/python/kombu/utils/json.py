"""Python's json with kombu's tags: {"__type__": t, "__value__": v} for dates, decimals, uuids and bytes.

kombu: kombu/utils/json.py; PROTOCOL.md 2.3
"""
import base64
import json
import uuid
from datetime import date, datetime, time
from decimal import Decimal

# Order matters: a datetime is a date.
_ENCODERS = (
    (datetime, 'datetime', datetime.isoformat),
    (date, 'date', date.isoformat),
    (time, 'time', time.isoformat),
    (Decimal, 'decimal', str),
    (uuid.UUID, 'uuid', lambda value: {'hex': value.hex}),
)

_DECODERS = {
    'datetime': datetime.fromisoformat,
    'date': lambda text: datetime.fromisoformat(text).date(),
    'time': time.fromisoformat,
    'decimal': Decimal,
    'uuid': lambda value: uuid.UUID(**value),
    'bytes': lambda text: text.encode('utf-8'),
    'base64': lambda text: base64.b64decode(text.encode('utf-8')),
}


def _tagged(kind, value):
    return {'__type__': kind, '__value__': value}


class JSONEncoder(json.JSONEncoder):
    """Knows kombu's tagged types and objects that offer __json__()."""

    def default(self, o):
        own = getattr(o, '__json__', None)
        if own is not None:
            return own()
        if isinstance(o, bytes):
            try:
                return _tagged('bytes', o.decode('utf-8'))
            except UnicodeDecodeError:
                return _tagged('base64', base64.b64encode(o).decode('utf-8'))
        for kind, name, encode in _ENCODERS:
            if isinstance(o, kind):
                return _tagged(name, encode(o))
        return super().default(o)


def object_hook(o):
    if o.keys() == {'__type__', '__value__'}:
        decode = _DECODERS.get(o['__type__'])
        if decode is None:
            raise ValueError('Unsupported type', o['__type__'], o)
        return decode(o['__value__'])
    return o


def dumps(value):
    return json.dumps(value, cls=JSONEncoder)


def loads(text):
    return json.loads(text, object_hook=object_hook)
