"""Names of workers, `name@host`. Celery: celery/utils/nodenames.py"""
import socket

from kombu.entity import Exchange, Queue


def nodename(name, hostname):
    return f'{name}@{hostname}'


def nodesplit(name):
    """Name and host; without a name it is None."""
    name, at, host = name.partition('@')
    return [name, host] if at else (None, name)


def gethostname():
    return socket.gethostname()


def default_nodename(hostname):
    name, host = nodesplit(hostname or '')
    return nodename(name or 'celery', host or gethostname())


def anon_nodename(hostname=None, prefix='gen'):
    """Who sends, when it is no worker."""
    import os

    return nodename(f'{prefix}{os.getpid()}', hostname or gethostname())


def worker_direct(hostname):
    """The queue of one worker alone (worker_direct)."""
    if isinstance(hostname, Queue):
        return hostname
    return Queue(f'{hostname}.dq2', Exchange('C.dq2', type='direct'), hostname)
