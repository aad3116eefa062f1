"""Celery's signals that no running task sends: the host says when, this side sends them to whoever is connected."""
from celery import signals
from lab_host import main_process, workspace

OF_A_POOL_PROCESS = ('worker_process_init', 'worker_process_shutdown')
#: Of a worker, and of beat.
OF_THE_MAIN_PROCESS = (
    'worker_init', 'worker_ready', 'worker_shutting_down', 'worker_shutdown',
    'task_received', 'task_revoked', 'task_rejected', 'task_unknown', 'heartbeat_sent',
    'beat_init', 'beat_embedded_init',
)  # fmt: skip


#: Sent by lab_host/publishing.py: beat asks for a Python to ask when there are some.
OF_PUBLISHING = ('before_task_publish', 'after_task_publish', 'task_sent')


def listened_to():
    """Those of them that have receivers: the host asks for no others."""
    return [name for name in OF_A_POOL_PROCESS + OF_THE_MAIN_PROCESS + OF_PUBLISHING if getattr(signals, name).receivers]


def send(name, fields):
    if name in OF_A_POOL_PROCESS:
        getattr(signals, name).send(sender=None, **fields)
    elif name in OF_THE_MAIN_PROCESS:
        main_process.signal(workspace.app, getattr(signals, name), fields.pop('hostname'), fields)
    else:
        raise ValueError(f'the host asked for the signal {name!r}, which is not sent from here')
