"""Loggers of Celery and of tasks, and how lines get their colour. Celery: celery/utils/log.py"""
import logging
import numbers
import traceback

from celery._state import get_current_task


base_logger = logging.getLogger('celery')
task_logger = logging.getLogger('celery.task')
worker_logger = logging.getLogger('celery.worker')

LOG_LEVELS = {**logging._nameToLevel, 'FATAL': logging.FATAL, **logging._levelToName}

#: Those that another library's logger may not take.
RESERVED_LOGGER_NAMES = {'celery', 'celery.task'}


def get_logger(name):
    """A logger under `celery`, unless it has a parent of its own."""
    logger = logging.getLogger(name)
    if logging.root not in (logger, logger.parent) and logger is not base_logger:
        return logger
    return _under(base_logger, logger)


def get_task_logger(name):
    """A logger whose lines name the task that wrote them."""
    if name in RESERVED_LOGGER_NAMES:
        raise RuntimeError(f'Logger name {name!r} is reserved!')
    return _under(task_logger, logging.getLogger(name))


def _under(parent, logger):
    if logger is not parent:
        logger.parent = parent
    return logger


def mlevel(level):
    """`'INFO'` or `20` as a number."""
    if level and not isinstance(level, numbers.Integral):
        return LOG_LEVELS[level.upper()]
    return level


def get_multiprocessing_logger():
    """No multiprocessing here: its logger is one that nobody writes to."""
    return logging.getLogger('multiprocessing')


def current_task_of_record():
    task = get_current_task()
    return None if task is None or not task.request.id else (task.name, task.request.id)


class ColorFormatter(logging.Formatter):
    """The whole line in the colour of its level."""

    #: The number of a terminal's colour.
    colors = {'DEBUG': 34, 'WARNING': 33, 'ERROR': 31, 'CRITICAL': 35}

    def __init__(self, fmt=None, use_color=True):
        super().__init__(fmt)
        self.use_color = use_color

    def formatException(self, ei):
        if ei and not isinstance(ei, tuple):
            ei = (type(ei), ei, ei.__traceback__)
        return ''.join(traceback.format_exception(*ei)).rstrip('\n')

    def format(self, record):
        line = super().format(record)
        color = self.colors.get(record.levelname)
        return f'\033[1;{color}m{line}\033[0m' if color is not None and self.use_color else line
