"""Utilities of Celery that task modules use."""
from uuid import uuid4

from lab_host.not_covered import name_of

__getattr__ = name_of('celery.utils')


def uuid():
    """A fresh task id."""
    return str(uuid4())
