"""How a worker's process logs: handlers and formats by the app's settings, unless the code sets up its own.

Celery: celery/app/log.py. Lines reach the process by lab_host/stdio.py.
"""
import logging
import sys
from logging.handlers import WatchedFileHandler

from celery import signals
from celery.utils.log import ColorFormatter, current_task_of_record, get_logger, mlevel
from lab_host import stdio
from lab_host.not_covered import attribute_of

_missing = attribute_of('Logging')


class TaskFormatter(ColorFormatter):
    """Formats may name the running task: `%(task_name)s`, `%(task_id)s`."""

    def format(self, record):
        task = current_task_of_record()
        if task is not None:
            record.__dict__.update(task_name=task[0], task_id=task[1])
        else:
            record.__dict__.setdefault('task_name', '???')
            record.__dict__.setdefault('task_id', '???')
        return super().format(record)


class Logging:
    """`app.log`"""

    #: Logging is set up once a process.
    already_setup = False

    def __init__(self, app):
        self.app = app
        self.loglevel = mlevel(logging.WARNING)
        self.format = app.conf.worker_log_format
        self.task_format = app.conf.worker_task_log_format
        self.colorize = app.conf.worker_log_color

    def setup(self, loglevel=None, logfile=None, redirect_stdouts=False, redirect_level='WARNING', colorize=None, hostname=None):
        loglevel = mlevel(loglevel)
        handled = self.setup_logging_subsystem(loglevel, logfile, colorize=colorize, hostname=hostname)
        if not handled and redirect_stdouts:
            self.redirect_stdouts(redirect_level)
        logging.captureWarnings(True)
        return handled

    def setup_logging_subsystem(self, loglevel=None, logfile=None, format=None, colorize=None, hostname=None, **kwargs):
        """Answers the receivers of `setup_logging`: with one of them, logging is the code's own business."""
        if Logging.already_setup:
            return None
        Logging.already_setup = True
        loglevel = mlevel(loglevel or self.loglevel)
        format = format or self.format
        colorize = self.supports_color(colorize, logfile)
        said = {'loglevel': loglevel, 'logfile': logfile, 'format': format, 'colorize': colorize}
        receivers = signals.setup_logging.send(sender=None, **said)
        if not receivers:
            root = logging.getLogger()
            if self.app.conf.worker_hijack_root_logger:
                for logger in (root, *map(get_logger, ('celery', 'celery.task', 'celery.redirected'))):
                    logger.handlers = []
            self.setup_handlers(root, logfile, format, colorize, **kwargs)
            root.setLevel(loglevel)
            signals.after_setup_logger.send(sender=None, logger=root, **said)
            self.setup_task_loggers(loglevel, logfile, colorize=colorize)
        return receivers

    def setup_task_loggers(self, loglevel=None, logfile=None, format=None, colorize=None, propagate=False, **kwargs):
        loglevel = mlevel(loglevel or self.loglevel)
        format = format or self.task_format
        colorize = self.supports_color(colorize, logfile)
        logger = self.setup_handlers(get_logger('celery.task'), logfile, format, colorize, formatter=TaskFormatter, **kwargs)
        logger.setLevel(loglevel)
        logger.propagate = int(propagate)
        signals.after_setup_task_logger.send(
            sender=None, logger=logger, loglevel=loglevel, logfile=logfile, format=format, colorize=colorize
        )
        return logger

    def setup_handlers(self, logger, logfile, format, colorize, formatter=ColorFormatter, **kwargs):
        if not any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            handler = self._detect_handler(logfile)
            handler.setFormatter(formatter(format, use_color=colorize))
            logger.addHandler(handler)
        return logger

    def redirect_stdouts(self, loglevel=None, name='celery.redirected'):
        self.redirect_stdouts_to_logger(get_logger(name), loglevel=loglevel)

    def redirect_stdouts_to_logger(self, logger, loglevel=None, stdout=True, stderr=True):
        proxy = stdio.RedirectedStream(logger, mlevel(loglevel) or logging.WARNING)
        if stdout:
            sys.stdout = proxy
        if stderr:
            sys.stderr = proxy
        return proxy

    def supports_color(self, colorize=None, logfile=None):
        colorize = self.colorize if colorize is None else colorize
        if colorize or colorize is None:
            return logfile is None and stdio.goes_to_terminal
        return colorize

    def get_default_logger(self, name='celery', **kwargs):
        return get_logger(name)

    def _detect_handler(self, logfile=None):
        if logfile is None:
            return stdio.WorkerLogHandler()
        return logging.StreamHandler(logfile) if hasattr(logfile, 'write') else WatchedFileHandler(logfile, encoding='utf-8')

    def __getattr__(self, name):
        _missing(name)
