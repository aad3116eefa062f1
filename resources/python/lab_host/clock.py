"""time.sleep by waiting on shared memory: exact, without heat, and an interrupt ends it at once."""
import time

from lab_host import bridge


def sleep(seconds, /):
    if not hasattr(seconds, '__float__') and not hasattr(seconds, '__index__'):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    bridge.pause(float(seconds))


def install():
    time.sleep = sleep
