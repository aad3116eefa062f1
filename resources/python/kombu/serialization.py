"""Values to JSON text and back; what JSON cannot carry is an EncodeError, as in kombu.

kombu: kombu/serialization.py
"""
from contextlib import contextmanager

from kombu.exceptions import DecodeError, EncodeError
from kombu.utils import json


@contextmanager
def _reraise_errors(wrapper):
    try:
        yield
    except Exception as exc:
        # As kombu: the new error carries the old one as its argument, and keeps its traceback.
        raise wrapper(exc).with_traceback(exc.__traceback__) from exc.__cause__


def dumps(data):
    with _reraise_errors(EncodeError):
        return json.dumps(data)


def loads(text):
    with _reraise_errors(DecodeError):
        return json.loads(text)
