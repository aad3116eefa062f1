"""The soft time limit: the host puts SIGUSR1's number into Python's interrupt byte, and this handler raises.

At the prompt Ctrl+C comes the same way, as SIGINT. No real signal is sent: Node keeps SIGUSR1 for its debugger. Celery: celery/concurrency/prefork.py, billiard/pool.py
"""
import signal
from contextlib import contextmanager

from billiard.exceptions import SoftTimeLimitExceeded

_armed = False
#: It came before the task's body had begun, on a machine with much else to do: the body begins with it.
_came_early = False


def _on_soft_time_limit(_number, _frame):
    global _came_early
    if _armed:
        raise SoftTimeLimitExceeded()
    # Before the body: it begins with it. Late by a moment (the task has just returned), it interrupts nobody.
    _came_early = True


def begin_request(interrupted):
    global _came_early
    if interrupted:
        _came_early = True


def end_request():
    """The last thing a request does: after it Python looks for no interrupt until the next request."""
    global _came_early
    _came_early = False


@contextmanager
def soft_time_limit_may_fire():
    global _armed, _came_early
    _armed = True
    try:
        if _came_early:
            _came_early = False
            raise SoftTimeLimitExceeded()
        yield
    finally:
        _armed = False


def install():
    signal.signal(signal.SIGUSR1, _on_soft_time_limit)


# --- Ctrl+C at the prompt

_keyboard_armed = False


def _on_keyboard(_number, _frame):
    if _keyboard_armed:
        raise KeyboardInterrupt  # late by a moment, it interrupts nobody


@contextmanager
def keyboard_may_interrupt():
    global _keyboard_armed
    _keyboard_armed = True
    try:
        yield
    finally:
        _keyboard_armed = False


def install_keyboard():
    signal.signal(signal.SIGINT, _on_keyboard)
