"""What of a task's own code runs around the end of a call: its handlers and the signals' receivers.

In a pool process the engine asks for it in two parts, 'stored' and 'logged', when there is something in them, and for the
'end' when something went wrong before. Celery: celery/app/trace.py (handle_retry, handle_failure, trace_task)
"""
from billiard.einfo import ExceptionInfo
from celery import _state, signals, states
from celery.app import own_apply_async
from celery.app.task import Task

#: The call whose result the engine is about to store.
_current = None


class Call:
    """One run of a task: it stays the current task, with its request, until its last handler has run."""

    def __init__(self, task, context, args, kwargs):
        self.task = task
        self.context = context
        self.args = args
        self.kwargs = kwargs
        self.state = self.retval = self.einfo = None
        self._open = True
        _state.push_task(task)
        task.push_context(context)

    def begin(self):
        signals.task_prerun.send(
            sender=self.task, task_id=self.context.id, task=self.task, args=self.args, kwargs=self.kwargs
        )  # fmt: skip

    def ended(self, state, retval, einfo=None):
        self.state, self.retval, self.einfo = state, retval, einfo

    def end(self):
        if self._open:
            self._open = False
            self.task.pop_request()
            _state.pop_task()

    def parts(self):
        """Which of 'stored' and 'logged' there is anything to do in."""
        found = []
        if self._handles_result():
            found.append('stored')
        if self._returns() or signals.task_postrun.receivers:
            found.append('logged')
        return found

    def run_stored(self):
        try:
            if self.state == states.SUCCESS:
                self._succeeded()
            elif self.state == states.RETRY:
                self._retried()
            elif self.state == states.FAILURE:
                self._failed()
        except Exception:
            if self.state != states.SUCCESS:
                # As Celery: these it knows only once their handlers have returned.
                self.state = self.retval = None
            raise

    def after_return(self):
        if self._returns():
            # As Celery: without einfo here, whatever the state.
            self.task.after_return(self.state, self.retval, self.context.id, self.args, self.kwargs, None)

    def postrun(self):
        signals.task_postrun.send(
            sender=self.task, task_id=self.context.id, task=self.task, args=self.args, kwargs=self.kwargs,
            retval=self.retval, state=self.state,
        )  # fmt: skip

    def internal_error(self, exc, einfo):
        signals.task_internal_error.send(
            sender=self.task, task_id=self.context.id, args=self.args, kwargs=self.kwargs, request=self.context,
            exception=exc, traceback=exc.__traceback__, einfo=einfo,
        )  # fmt: skip

    def _succeeded(self):
        if has_custom(self.task, 'on_success'):
            self.task.on_success(self.retval, self.context.id, self.args, self.kwargs)
        signals.task_success.send(sender=self.task, result=self.retval)

    def _retried(self):
        retry, context = self.retval, self.context
        self.task.on_retry(retry.exc, context.id, self.args, self.kwargs, self.einfo)
        signals.task_retry.send(sender=self.task, request=context, reason=retry, einfo=self.einfo)

    def _failed(self):
        exc, context = self.retval, self.context
        self.task.on_failure(exc, context.id, self.args, self.kwargs, self.einfo)
        signals.task_failure.send(
            sender=self.task, task_id=context.id, exception=exc, args=self.args, kwargs=self.kwargs,
            traceback=exc.__traceback__, einfo=self.einfo,
        )  # fmt: skip

    def _handles_result(self):
        if self.state == states.SUCCESS:
            return has_custom(self.task, 'on_success') or signals.task_success.receivers
        if self.state == states.RETRY:
            return _overrides(self.task, 'on_retry') or signals.task_retry.receivers
        if self.state == states.FAILURE:
            return _overrides(self.task, 'on_failure') or signals.task_failure.receivers
        return False

    def _returns(self):
        return self.state in (states.SUCCESS, states.FAILURE) and has_custom(self.task, 'after_return')


def has_custom(task, name):
    """As Celery: what the class says counts, and not what was set on the task."""
    return getattr(type(task), name) is not getattr(Task, name)


def _overrides(task, name):
    return name in vars(task) or has_custom(task, name)


def begin(call):
    """The parts that the engine has to ask for; when there are none the call is over."""
    global _current
    own_apply_async.remember(call.task, call.context)
    parts = call.parts()
    if not parts:
        call.end()
    _current = (call, parts) if parts else None
    return parts


def run(part):
    """Answers None, or what a handler raised, as data. With the last part, with an error and with 'end' the call is over."""
    global _current
    if _current is None:
        return None
    call, parts = _current
    try:
        if part == 'stored':
            call.run_stored()
            if 'logged' in parts:
                return None
        elif part == 'logged':
            call.after_return()
    except Exception as exc:
        return _broken(call, exc)
    _close(call)
    return None


def _broken(call, exc):
    from celery.app.trace import raised_error

    _close(call)
    einfo = ExceptionInfo(exc)
    call.internal_error(exc, einfo)
    return raised_error(exc, einfo.traceback)


def _close(call):
    global _current
    _current = None
    call.postrun()
    call.end()
