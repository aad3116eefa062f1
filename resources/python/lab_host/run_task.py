"""One job of a pool process: its texts to Python values, through the trace, and back to texts."""
from celery.app import afterwards, own_apply_async
from celery.app.context import Context
from celery.app.errbacks import call_errbacks, remember
from celery.app.trace import failure_of_no_task, trace
from celery.exceptions import InvalidTaskError, NotRegistered
from kombu.serialization import json_loads
from lab_host import workspace


def run(job):
    if not job['taskName'].startswith('lab_host.'):
        afterwards.run('end')  # of a task whose result could not be stored
    args, kwargs = json_loads(job['argsJson']), json_loads(job['kwargsJson'])
    request = json_loads(job['requestJson'])
    if job['taskName'] == 'lab_host.call_errbacks':
        return call_errbacks(workspace.app, **kwargs)
    if job['taskName'] == 'lab_host.apply_async':
        return own_apply_async.call(workspace.app, **kwargs)
    task = workspace.app.tasks.get(job['taskName'])
    try:
        if task is None:
            raise NotRegistered(job['taskName'])
        if not isinstance(args, list):
            raise InvalidTaskError('Task arguments is not a list')
        return trace(task, args, kwargs, request)
    except (NotRegistered, InvalidTaskError) as exc:
        remember(Context(request), exc, '')
        return failure_of_no_task(exc, '')
