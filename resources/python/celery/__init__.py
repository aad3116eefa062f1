"""The `celery` package that learners import: the same names as real Celery, thin over the engine of this app.

It builds plain wire data and asks the engine (src-main/engine) to publish, store and read. The code that uses it runs
unchanged on real Celery. What it does not have says so by name. Celery: celery/__init__.py
"""
from collections import namedtuple

from celery._state import current_app, current_task
from celery.app.base import Celery
from celery.app.shared import shared_task
from celery.app.task import Task
from celery.canvas import Signature, chain, chord, chunks, group, maybe_signature, signature, subtask, xmap, xstarmap
from celery.utils import uuid

# The version whose messages, results and log lines this app writes (docs/DIFFERENCES.md).
SERIES = 'recovery'
__version__ = VERSION = '5.6.3'
VERSION_BANNER = f'{__version__} ({SERIES})'
version_info_t = namedtuple('version_info_t', ('major', 'minor', 'micro', 'releaselevel', 'serial'))
version_info = version_info_t(5, 6, 3, '', '')

__all__ = (
    'Celery', 'Signature', 'Task', 'chain', 'chord', 'chunks', 'current_app', 'current_task', 'group', 'maybe_signature',
    'shared_task', 'signature', 'subtask', 'uuid', 'xmap', 'xstarmap',
)  # fmt: skip
