"""repr() with a limit on length and depth, safe for anything: what logs, events and headers show of values.

Output equals Celery's. Celery: celery/utils/saferepr.py
"""
from decimal import Decimal
from numbers import Number

_BRACKETS = {set: ('{', '}'), frozenset: ('frozenset({', '})'), dict: ('{', '}'), list: ('[', ']')}


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

    def value(self, value, level):
        if isinstance(value, Decimal):
            self.put(_cut(_plain(value), self.left))
        elif isinstance(value, Number):
            self.put(_cut(str(value), self.left))
        elif isinstance(value, (str, bytes)):
            self.put(_quoted(value, self.left))
        elif isinstance(value, (set, frozenset, tuple, dict, list)):
            self.container(value, level)
        else:
            self.put(_cut(_plain(value), self.left))

    def container(self, value, level):
        if isinstance(value, (set, frozenset)) and not value:
            self.put(f'{type(value).__name__}()')
            return
        start, end = _brackets(value)
        if self.maxlevels and level >= self.maxlevels:
            self.put(f'{start}...{end}')
            return
        if id(value) in self.inside:
            self.put(f'<Recursion on {type(value).__name__} with id={id(value)}>')
            return
        self.inside.add(id(value))
        self.put(start)
        self.open.append(end)
        for index, item in enumerate(value.items() if isinstance(value, dict) else value):
            if index:
                self.put(', ')
            if isinstance(value, dict):
                self.put(saferepr(item[0], self.left, self.maxlevels))
                self.put(': ')
                item = item[1]
            self.value(item, level + 1)
        self.put(end)
        self.open.pop()
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
    for kind, (start, end) in _BRACKETS.items():
        if type(value) is kind:
            return start, end
    base = next(kind for kind in (dict, list, set, frozenset) if isinstance(value, kind))
    start, end = _BRACKETS[set if base is frozenset else base]
    return f'{type(value).__name__}({start}', f'{end})'


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
