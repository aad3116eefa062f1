"""`ExceptionInfo`: an exception and its traceback text, as handlers get it. billiard: billiard/einfo.py"""
from lab_host import shown_traceback


class ExceptionWithTraceback(Exception):
    """Carries `exc`; its words are the traceback."""

    def __init__(self, exc, tb):
        self.exc = exc
        self.tb = '\n"""\n%s"""' % tb
        super().__init__()

    def __str__(self):
        return self.tb

    def __reduce__(self):
        return type(self), (self.exc, self.tb)


class ExceptionInfo:
    internal = False

    def __init__(self, exc):
        self.type = type(exc)
        # From here inwards only: what called us is the host's business.
        self.traceback = ''.join(shown_traceback.of(exc).format())
        self.tb = exc.__traceback__
        self.exception = ExceptionWithTraceback(exc, self.traceback)

    @property
    def exc_info(self):
        return self.type, self.exception, self.tb

    def __str__(self):
        return self.traceback

    def __repr__(self):
        return f'<{type(self).__name__}: {self.exception!r}>'
