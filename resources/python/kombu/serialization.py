"""Values to JSON text and back; what JSON cannot carry is an EncodeError, as in kombu.

Other serializers are the engine's: `task_serializer` and `serializer=` name them. kombu: kombu/serialization.py
"""
from contextlib import contextmanager

from kombu.exceptions import ContentDisallowed, DecodeError, EncodeError, SerializerNotInstalled
from kombu.utils import json

_JSON = 'application/json'


@contextmanager
def _reraise_errors(wrapper):
    try:
        yield
    except Exception as exc:
        # As kombu: the new error carries the old one as its argument, and keeps its traceback.
        raise wrapper(exc).with_traceback(exc.__traceback__) from exc.__cause__


def json_dumps(data):
    with _reraise_errors(EncodeError):
        return json.dumps(data)


def json_loads(text):
    with _reraise_errors(DecodeError):
        return json.loads(text)


def dumps(data, serializer=None):
    """Content type, encoding and text; bytes and text without a serializer stay what they are."""
    if serializer is None and isinstance(data, bytes):
        return 'application/data', 'binary', data
    if serializer is None and isinstance(data, str):
        return 'text/plain', 'utf-8', data.encode('utf-8')
    if serializer not in (None, 'json', _JSON):
        raise SerializerNotInstalled(f'Python here writes json; {serializer!r} is written by the engine when a task is sent')
    return _JSON, 'utf-8', json_dumps(data)


def loads(data, content_type, content_encoding='utf-8', accept=None, force=False):
    """The value; content of a type that is not JSON stays what it is."""
    if accept is not None and not force and content_type not in prepare_accept_content(accept):
        raise ContentDisallowed(f'Refusing to deserialize untrusted content of type {content_type}')
    if content_type not in (_JSON, 'json'):
        return data
    return json_loads(data.decode(content_encoding or 'utf-8') if isinstance(data, bytes) else data)


def prepare_accept_content(content_types, name_to_type=None):
    """Names of serializers as content types."""
    known = {'json': _JSON, **(name_to_type or {})}
    return content_types if content_types is None else {known.get(name, name) for name in content_types}
