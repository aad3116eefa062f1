"""The one door from Python to its process: a call is one JSON object out and one back.

The other side is src-main/python-host/host-calls.ts (what may be asked) and python-thread.ts (how an answer is waited for).
"""
import json


class Refused(Exception):
    """The other side answered with a problem: its name, its words, and an errno's name when it has one."""

    def __init__(self, name, message, code=None):
        super().__init__(message)
        self.name = name
        self.message = message
        self.code = code


#: Python waits in a call of the other side's.
in_javascript = False

_ask = _take_bytes = _give_bytes = _tell = _pause = None

#: Called before each question to the engine: lab_host/settings_told.py.
before_engine = None
_NOT_ENGINE = ('configure', 'listen-to-publishing', 'connect', 'receive', 'send', 'shutdown', 'read-line')


def connect(ask, take_bytes, give_bytes, tell, pause):
    """Called once by the host's thread, after every start from the snapshot."""
    global _ask, _take_bytes, _give_bytes, _tell, _pause
    _ask, _take_bytes, _give_bytes, _tell, _pause = ask, take_bytes, give_bytes, tell, pause


def ask(kind, payload=None, on_told=None, **fields):
    """Asks and waits. Interrupts (the soft time limit) come through while waiting.

    `on_told` is called with each JSON text that the other side tells on the way to its answer.
    """
    if before_engine is not None and kind not in _NOT_ENGINE:
        before_engine()
    answer = json.loads(_waiting(_ask, json.dumps({**fields, 'kind': kind}), payload, on_told))
    if answer['ok']:
        return answer['value']
    error = answer['error']
    raise Refused(error['name'], error['message'], error.get('code'))


def ask_bytes(kind, **fields):
    """As ask, for an answer that is bytes."""
    ask(kind, **fields)
    return _take_bytes().to_bytes()


def tell(kind, **fields):
    """Tells without waiting for an answer; waits only while the other side is behind (a task that prints 100 MB)."""
    _waiting(_tell, json.dumps({**fields, 'kind': kind}))


def give_bytes(data):
    """Bytes that go with what Python answers to the host."""
    _give_bytes(data)


def pause(seconds):
    """Sleeps, in slices that let interrupts through."""
    _waiting(_pause, seconds)


def _waiting(call, *args):
    global in_javascript
    in_javascript = True
    try:
        return call(*args)
    finally:
        in_javascript = False
