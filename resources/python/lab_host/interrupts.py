"""The soft time limit: the host puts SIGUSR1's number into Python's interrupt byte, and this handler raises.

No real signal is sent: Node keeps SIGUSR1 for its debugger. Celery: celery/concurrency/prefork.py, billiard/pool.py
"""
import signal
from contextlib import contextmanager

from billiard.exceptions import SoftTimeLimitExceeded

_armed = False


def _on_soft_time_limit(_number, _frame):
    # Late by a moment (the task has just returned): then there is nothing to interrupt.
    if _armed:
        raise SoftTimeLimitExceeded()


@contextmanager
def soft_time_limit_may_fire():
    global _armed
    _armed = True
    try:
        yield
    finally:
        _armed = False


def install():
    signal.signal(signal.SIGUSR1, _on_soft_time_limit)
