"""repr() with a limit on length and depth, safe for anything: what logs, events and headers show of values.

Output equals Celery's. Celery: celery/utils/saferepr.py
"""
from decimal import Decimal
from numbers import Number


class _Full(Exception):
    """The length is used up."""


class _Writer:
    def __init__(self, maxlen, maxlevels):
        self.left = maxlen
        self.maxlevels = maxlevels
        self.parts = []
        self.open = []
        self.inside = set()

    def put(self, text):
        if self.left is not None and self.left <= 0:
            raise _Full
        self.parts.append(text)
        if self.left is not None:
            self.left -= len(text)

    def word(self, text):
        self.put(_cut(text, self.left))

    def value(self, value, level):
        if isinstance(value, Decimal):
            self.word(_plain(value))
        elif isinstance(value, Number):
            self.word(str(value))
        elif isinstance(value, (str, bytes)):
            self.put(_quoted(value, self.left))
        elif isinstance(value, (set, frozenset, tuple, dict, list)):
            self.container(value, level)
        else:
            self.word(_plain(value))

    def container(self, value, level):
        if isinstance(value, (set, frozenset)) and not value:
            self.word(f'{type(value).__name__}()')
            return
        start, end = _brackets(value)
        if self.maxlevels and level >= self.maxlevels:
            self.word(f'{start}...{end}')
            return
        if id(value) in self.inside:
            self.word(f'<Recursion on {type(value).__name__} with id={id(value)}>')
            return
        self.inside.add(id(value))
        self.open.append(end)
        self.put(start)
        for index, item in enumerate(value.items() if isinstance(value, dict) else value):
            if index:
                self.put(', ')
            if isinstance(value, dict):
                self.put(saferepr(item[0], self.left, self.maxlevels))
                self.put(': ')
                item = item[1]
            self.value(item, level + 1)
        # As Celery: the bracket at which the length runs out is not written.
        self.open.pop()
        self.put(end)
        self.inside.discard(id(value))


def saferepr(o, maxlen=None, maxlevels=3):
    writer = _Writer(maxlen, maxlevels)
    try:
        writer.value(o, 0)
    except _Full:
        # As Celery: say that there was more, and close what is open.
        writer.parts.append(', ...')
        writer.parts.extend(reversed(writer.open))
    return ''.join(writer.parts)


def _brackets(value):
    if isinstance(value, tuple):
        return '(', ',)' if len(value) == 1 else ')'
    if isinstance(value, dict):
        return '{', '}'
    if isinstance(value, list):
        return '[', ']'
    return ('{', '}') if type(value) is set else (f'{type(value).__name__}({{', '})')


def _plain(value):
    try:
        return repr(value)
    except Exception as exc:
        return f'<Unrepresentable {type(value)!r}{id(value):#x}: {exc!r}>'


def _quoted(value, maxlen):
    if isinstance(value, bytes):
        dots = '...' if maxlen and len(value) > maxlen else ''
        chunk = value[:maxlen] if dots else value
        try:
            shown = chunk.decode('utf-8')
        except UnicodeDecodeError:
            shown = chunk.hex()
        return f"b'{shown}{dots}'"
    return "'{}'".format(_cut(value, maxlen).replace("'", "\\'"))


def _cut(text, maxlen):
    """As Celery's truncate: at the last space before the limit."""
    if maxlen and len(text) >= maxlen:
        return text[:maxlen].rsplit(' ', 1)[0] + '...'
    return text
