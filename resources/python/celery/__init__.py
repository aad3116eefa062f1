"""The `celery` package that learners import: the same names as real Celery, thin over the engine of this app.

It builds plain wire data and asks the engine (src-main/engine) to publish, store and read. The code that uses it runs
unchanged on real Celery. What it does not have says so by name. Celery: celery/__init__.py
"""
from celery._state import current_app, current_task
from celery.app.base import Celery
from celery.app.shared import shared_task
from celery.app.task import Task
from celery.canvas import Signature, chain, chord, chunks, group, maybe_signature, signature, subtask, xmap, xstarmap
from lab_host.not_covered import name_of

# The version whose messages, results and log lines this app writes (docs/DIFFERENCES.md).
__version__ = '5.6.3'

__all__ = (
    'Celery', 'Signature', 'Task', 'chain', 'chord', 'chunks', 'current_app', 'current_task', 'group', 'maybe_signature',
    'shared_task', 'signature', 'subtask', 'xmap', 'xstarmap',
)  # fmt: skip

__getattr__ = name_of('celery')
