"""Where print(), sys.stderr and logging go: to the worker's log as Celery redirects them, or out as plain text.

Celery: celery/utils/log.py (LoggingProxy), celery/app/log.py
"""
import codecs
import io
import logging
import sys

from celery.utils.log import current_task_of_record, is_task_logger
from lab_host import bridge

_LEVELS = ('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')
# Longer texts cross in pieces, so that print('x' * 100_000_000) fills the memory of nobody.
_PIECE = 256 * 1024


def _tell_log(level, logger_name, text, task):
    for start in range(0, len(text) or 1, _PIECE):
        bridge.tell('log', level=level, loggerName=logger_name, message=text[start : start + _PIECE], task=task)



class RedirectedStream:
    """One record per write; newlines at the end are dropped, and a write of newlines only is none."""

    mode = 'w'
    name = None
    closed = False
    encoding = 'utf-8'

    def __init__(self, logger, loglevel):
        self.logger = logger
        self.loglevel = loglevel
        self._levelname = logging.getLevelName(loglevel)
        self._inside = False

    def write(self, data):
        if self._inside:
            # A logging handler that prints must not log what it prints.
            return 0
        text = data if isinstance(data, str) else str(data)
        text = text.rstrip('\n')
        if not text:
            return 0
        if not self.logger.isEnabledFor(self.loglevel):
            return 0
        if self._only_ours():
            # What the logger would end up doing, without making a record: a task that prints 100 MB is slow enough.
            _tell_log(self._levelname, self.logger.name, text, None)
            return len(text)
        self._inside = True
        try:
            self.logger.log(self.loglevel, '%s', text)
        finally:
            self._inside = False
        return len(text)

    def _only_ours(self):
        handlers = logging.root.handlers
        return len(handlers) == 1 and type(handlers[0]) is BridgeHandler and not self.logger.handlers

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        """Every write has gone out already."""

    def close(self):
        self.closed = True

    def isatty(self):
        return False

    def fileno(self):
        raise io.UnsupportedOperation('fileno: stdout goes to the worker log here')

    def readable(self):
        return False

    def writable(self):
        return True


class BridgeHandler(logging.Handler):
    """The process formats and writes; a record crosses with its text done."""

    def __init__(self):
        super().__init__()
        self.setFormatter(logging.Formatter('%(message)s'))

    def emit(self, record):
        try:
            text = self.format(record)
        except Exception:
            self.handleError(record)
            return
        # As Celery: only task loggers show the task; and outside a task they look like any other.
        task = current_task_of_record() if is_task_logger(record.name) else None
        _tell_log(
            _LEVELS[min(max(record.levelno // 10, 1), 5) - 1],
            record.name,
            text,
            None if task is None else {'name': task[0], 'id': task[1]},
        )


class _PlainOutput(io.RawIOBase):
    """stdout and stderr of a process that is no worker."""

    def __init__(self, stream):
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder('utf-8')('backslashreplace')

    def writable(self):
        return True

    def write(self, data):
        piece = bytes(memoryview(data)[:_PIECE])
        bridge.tell('output', stream=self._stream, text=self._decoder.decode(piece))
        return len(piece)


def as_worker(loglevel):
    """As a worker sets up logging: the root logger is taken over, and stdout and stderr become records at WARNING."""
    root = logging.getLogger()
    root.handlers[:] = [BridgeHandler()]
    root.setLevel(loglevel)
    for name in ('celery', 'celery.task'):
        logging.getLogger(name).setLevel(logging.NOTSET)
    redirected = logging.getLogger('celery.redirected')
    sys.stdout = sys.__stdout__ = RedirectedStream(redirected, logging.WARNING)
    sys.stderr = sys.__stderr__ = RedirectedStream(redirected, logging.WARNING)


def as_plain_process():
    for name in ('stdout', 'stderr'):
        stream = io.TextIOWrapper(
            io.BufferedWriter(_PlainOutput(name)), encoding='utf-8', errors='backslashreplace', line_buffering=True
        )
        setattr(sys, name, stream)
        setattr(sys, f'__{name}__', stream)
