"""The soft time limit: the host puts SIGUSR1's number into Python's interrupt byte, and this handler raises.

At the prompt Ctrl+C comes the same way, as SIGINT. No real signal is sent: Node keeps SIGUSR1 for its debugger. Celery: celery/concurrency/prefork.py, billiard/pool.py
"""
import signal
import sys
from contextlib import contextmanager

from billiard.exceptions import SoftTimeLimitExceeded
from lab_host import bridge

_armed = False
#: It came before the task's body (or the statement) had begun, on a machine with much else to do: the body begins with it.
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


def came_early():
    """Whether one has come, which then is nobody else's."""
    global _came_early
    came, _came_early = _came_early, False
    return came


def end_request():
    """The last thing a request does: after it Python looks for no interrupt until the next request."""
    global _came_early
    _came_early = False


@contextmanager
def soft_time_limit_may_fire():
    global _armed
    _armed = True
    try:
        if came_early():
            raise SoftTimeLimitExceeded()
        yield
    finally:
        _armed = False


def install():
    signal.signal(signal.SIGUSR1, _on_soft_time_limit)


# --- Ctrl+C at the prompt

_keyboard_armed = False


def _on_keyboard(_number, _frame):
    global _came_early
    if _keyboard_armed:
        raise KeyboardInterrupt
    # Before the statement: it begins with it. Late by a moment, it interrupts nobody.
    _came_early = True


@contextmanager
def keyboard_may_interrupt():
    global _keyboard_armed
    _keyboard_armed = True
    try:
        if came_early():
            raise KeyboardInterrupt
        yield
    finally:
        _keyboard_armed = False


def install_keyboard():
    signal.signal(signal.SIGINT, _on_keyboard)
    shows = sys.excepthook

    def show_unless_it_goes_on(*exc):
        # Pyodide shows what passes from its JavaScript into Python, and it is raised there all the same.
        if not bridge.in_javascript:
            shows(*exc)

    sys.excepthook = show_unless_it_goes_on
