"""Where print(), sys.stderr and logging go: to the worker's log as Celery redirects them, or out as plain text.

Celery: celery/utils/log.py (LoggingProxy), celery/app/log.py
"""
import codecs
import io
import logging
import re
import sys
import traceback

from celery.utils.log import base_logger, current_task_of_record
from lab_host import bridge

_LEVELS = ('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')
# Longer texts cross in pieces, so that print('x' * 100_000_000) fills the memory of nobody.
_PIECE = 256 * 1024
_PRINT = traceback.TracebackException.print.__code__
_PRINT_EXCEPTION = traceback.print_exception.__code__


def _tell_log(level, logger_name, text, **more):
    for start in range(0, len(text) or 1, _PIECE):
        bridge.tell('log', level=level, loggerName=logger_name, message=text[start : start + _PIECE], **more)

def _leaves_python(frame):
    """pyodide prints each exception that goes on into JavaScript, with no Python above it but what has called JavaScript:
    the soft time limit, which goes there and comes back."""
    if frame is None or frame.f_code is not _PRINT:
        return False
    printing = frame.f_back
    if printing is None or printing.f_code is not _PRINT_EXCEPTION:
        return False
    caller = printing.f_back
    return caller is None or caller.f_globals.get('__name__', '').startswith('lab_host.')


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
        if _beside is not None and _leaves_python(sys._getframe().f_back):
            return _beside.write(data)
        text = data if isinstance(data, str) else str(data)
        text = text.rstrip('\n')
        if not text:
            return 0
        if not self.logger.isEnabledFor(self.loglevel):
            return 0
        if self._only_ours():
            # What the logger would end up doing, without making a record: a task that prints 100 MB is slow enough.
            _tell_log(self._levelname, self.logger.name, text)
            return len(text)
        self._inside = True
        try:
            self.logger.log(self.loglevel, '%s', text)
        finally:
            self._inside = False
        return len(text)

    def _only_ours(self):
        handlers = logging.root.handlers
        if len(handlers) != 1 or type(handlers[0]) is not WorkerLogHandler or self.logger.handlers or base_logger.handlers:
            return False
        return handlers[0].formats_as_the_engine

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


class WorkerLogHandler(logging.StreamHandler):
    """The process formats and writes; a record crosses with its text done. With a formatter of the code's own, as its line."""

    def __init__(self):
        super().__init__(sys.__stderr__)

    def setFormatter(self, fmt):
        super().setFormatter(fmt)
        #: Celery's formatters with the formats of the settings: the engine has them too.
        self.formats_as_the_engine, self._names_task = _looks_of(fmt)

    def emit(self, record):
        try:
            if self.formats_as_the_engine:
                self._tell(record)
            else:
                _tell_log(record.levelname, record.name, self.format(record) + self.terminator, formatted=True)
        except Exception:
            self.handleError(record)

    def _tell(self, record):
        text = _message.format(record)
        level = _LEVELS[min(max(record.levelno // 10, 1), 5) - 1]
        if not self._names_task:
            return _tell_log(level, record.name, text)
        task = current_task_of_record()
        _tell_log(level, record.name, text, task=None if task is None else {'name': task[0], 'id': task[1]})


def _looks_of(formatter):
    """Whether the engine formats as it does, and whether it names the task."""
    from celery.app.log import TaskFormatter
    from celery.utils.log import ColorFormatter

    setting = {ColorFormatter: 'worker_log_format', TaskFormatter: 'worker_task_log_format'}.get(type(formatter))
    # The engine has no line of the source: a format that shows it is Python's work.
    as_the_engine = setting is not None and formatter._fmt == _formats.get(setting) and not _SOURCE.search(formatter._fmt)
    return as_the_engine, isinstance(formatter, TaskFormatter)


#: A record's text with its traceback, without what a format puts around it.
_message = logging.Formatter('%(message)s')
_SOURCE = re.compile(r'%\((?:pathname|filename|module|funcName|lineno|thread|threadName|relativeCreated|taskName)\)')
#: Of the app's settings.
_formats = {}
#: Set at the start of the process.
goes_to_terminal = False
_loglevel = None
#: Where pyodide reads the text of an exception that goes on into JavaScript: it is no line of the log.
_beside = None


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


def as_worker(loglevel, process_name, terminal):
    """While the code is imported prints are plain, as in Celery; set_up_worker_logging() follows."""
    global goes_to_terminal, _loglevel, _beside
    goes_to_terminal, _loglevel, _beside = terminal, loglevel, sys.stderr
    _name_process(process_name)
    as_plain_process()


def set_up_worker_logging(app):
    """As a worker does once its app is loaded. True: the code has logging of its own, which the engine's records go through."""
    if _loglevel is None:
        return False
    conf = app.conf
    _formats.update(worker_log_format=conf.worker_log_format, worker_task_log_format=conf.worker_task_log_format)
    app.log.setup(
        _loglevel, redirect_stdouts=conf.worker_redirect_stdouts, redirect_level=conf.worker_redirect_stdouts_level
    )
    handlers = logging.root.handlers
    ours = len(handlers) == 1 and type(handlers[0]) is WorkerLogHandler and handlers[0].formats_as_the_engine
    return not ours


def log_for_engine(level, logger_name, message):
    logging.getLogger(logger_name).log(logging.getLevelName(level), '%s', message)


def _name_process(name):
    make = logging.getLogRecordFactory()

    def with_process(*args, **kwargs):
        record = make(*args, **kwargs)
        record.processName = name
        return record

    logging.setLogRecordFactory(with_process)


def as_plain_process():
    """sys.__stdout__ and sys.__stderr__ go past the log, and sys.stdout and sys.stderr with them."""
    for name in ('stdout', 'stderr'):
        stream = io.TextIOWrapper(
            io.BufferedWriter(_PlainOutput(name)), encoding='utf-8', errors='backslashreplace', line_buffering=True
        )
        setattr(sys, name, stream)
        setattr(sys, f'__{name}__', stream)
