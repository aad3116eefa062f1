"""Tasks that look from time to time whether somebody wants them to stop. Celery: celery/contrib/abortable.py"""
from celery import Task
from celery.app.sending import ask_engine
from celery.result import AsyncResult

__all__ = ('AbortableAsyncResult', 'AbortableTask')

ABORTED = 'ABORTED'


class AbortableAsyncResult(AsyncResult):
    """Can be asked to stop."""

    def is_aborted(self):
        return self.state == ABORTED

    def abort(self):
        """Stores ABORTED; the task stops when it looks."""
        ask_engine('store-state', taskId=self.id, state=ABORTED, metaJson='null', requestJson='{}')


class AbortableTask(Task):
    """Its `is_aborted()` is to be called by its body, as often as it is to look."""

    abstract = True

    def AsyncResult(self, task_id, **kwargs):
        return AbortableAsyncResult(task_id, app=self.app, **kwargs)

    def is_aborted(self, **kwargs):
        return self.AsyncResult(kwargs.get('task_id', self.request.id)).is_aborted()
