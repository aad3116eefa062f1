"""`get_task_logger`: its records carry the name and id of the running task. Celery: celery/utils/log.py"""
import logging

from celery._state import get_current_task


base_logger = logging.getLogger('celery')
task_logger = logging.getLogger('celery.task')


def get_logger(name):
    """A logger under `celery`, unless it has a parent of its own."""
    logger = logging.getLogger(name)
    if logging.root not in (logger, logger.parent) and logger is not base_logger:
        return logger
    return _under(base_logger, logger)


def get_task_logger(name):
    """A logger whose lines name the task that wrote them."""
    if name in ('celery', 'celery.task'):
        raise RuntimeError(f'Logger name {name!r} is reserved!')
    return _under(task_logger, logging.getLogger(name))


def _under(parent, logger):
    if logger is not parent:
        logger.parent = parent
    return logger


def is_task_logger(name):
    logger = logging.getLogger(name)
    while logger is not None:
        if logger is task_logger:
            return True
        logger = logger.parent
    return False


def current_task_of_record():
    task = get_current_task()
    return None if task is None or not task.request.id else (task.name, task.request.id)
