"""Celery's signals that no running task sends: the host says when, this side sends them to whoever is connected."""
from celery import signals

OF_A_POOL_PROCESS = ('worker_process_init', 'worker_process_shutdown')


def listened_to():
    """Those of them that have receivers: the host asks for no others."""
    return [name for name in OF_A_POOL_PROCESS if getattr(signals, name).receivers]


def send(name, fields):
    if name not in OF_A_POOL_PROCESS:
        raise ValueError(f'the host asked for the signal {name!r}, which is not sent from here')
    getattr(signals, name).send(sender=None, **fields)
