"""`Signal`: who wants to hear of something is called when it happens; what a receiver raises goes to the log.

Celery: celery/utils/dispatch/signal.py
"""
import inspect
import logging
import time
import weakref

logger = logging.getLogger('celery.utils.dispatch.signal')


def _identity(obj):
    """What makes two receivers the same one; None stands for every sender."""
    if obj is None or isinstance(obj, (bytes, str)):
        return obj
    obj = getattr(obj, '_get_current_object', lambda: obj)()
    return id(getattr(obj, '__func__', obj))


class Signal:
    """Receivers connect with or without a sender; they are held weakly, unless weak=False."""

    def __init__(self, providing_args=None, use_caching=False, name=None):
        self.name = name
        self.providing_args = set(providing_args or ())
        #: Pairs of a lookup key and a receiver, or a weak reference to one.
        self.receivers = []

    def connect(self, *args, **kwargs):
        """As a call `connect(receiver, sender=…)` or as a decorator, with or without arguments."""
        if args and callable(args[0]):
            return self._connecting(*args[1:], **kwargs)(args[0])
        return self._connecting(*args, **kwargs)

    def _connecting(self, sender=None, weak=True, dispatch_uid=None, retry=False):
        def connecting(receiver):
            if not callable(receiver):
                raise AssertionError('Signal receivers must be callable')
            if not _accepts_kwargs(receiver):
                raise ValueError('Signal receiver must accept keyword arguments.')
            key = (dispatch_uid or _identity(receiver), _identity(sender))
            held = _until_it_succeeds(receiver) if retry else _weakly(receiver) if weak else receiver
            self._drop_dead()
            if all(known != key for known, _ in self.receivers):
                self.receivers.append((key, held))
            return receiver

        return connecting

    def disconnect(self, receiver=None, sender=None, weak=None, dispatch_uid=None):
        """True when it was connected."""
        self._drop_dead()
        key = (dispatch_uid or _identity(receiver), _identity(sender))
        left = [entry for entry in self.receivers if entry[0] != key]
        found = len(left) < len(self.receivers)
        self.receivers = left
        return found

    def has_listeners(self, sender=None):
        return bool(self._for(sender))

    def send(self, sender, **named):
        """Answers pairs of a receiver and what it returned or raised."""
        return [(receiver, self._tell(receiver, sender, named)) for receiver in self._for(sender)]

    send_robust = send

    def _tell(self, receiver, sender, named):
        try:
            return receiver(signal=self, sender=sender, **named)
        except Exception as exc:
            logger.exception('Signal handler %r raised: %r', receiver, exc)
            return exc

    def _for(self, sender):
        wanted = (None, _identity(sender))
        found = [_strongly(receiver) for (_, of), receiver in self.receivers if of in wanted]
        return [receiver for receiver in found if receiver is not None]

    def _drop_dead(self):
        self.receivers = [entry for entry in self.receivers if _strongly(entry[1]) is not None]

    def __repr__(self):
        return f'<{type(self).__name__}: {self.name} providing_args={self.providing_args!r}>'

    __str__ = __repr__


def _weakly(receiver):
    try:
        return weakref.WeakMethod(receiver) if hasattr(receiver, '__self__') else weakref.ref(receiver)
    except TypeError:
        return receiver  # a built-in: it lives as long as Python


def _strongly(held):
    return held() if isinstance(held, weakref.ReferenceType) else held


def _accepts_kwargs(receiver):
    try:
        parameters = inspect.signature(receiver).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def _until_it_succeeds(receiver):
    """As Celery's retry=True: waits 2, 4, 6 … at most 30 seconds between the attempts."""

    def retried(*args, **kwargs):
        wait = 2.0
        while True:
            try:
                return receiver(*args, **kwargs)
            except Exception:
                logger.error('Could not process signal receiver %s. Retrying in %s seconds...', receiver, wait)
                time.sleep(wait)
                wait = min(wait + 2.0, 30.0)

    return retried
