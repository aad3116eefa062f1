"""A task that asks to be run again: `self.retry`. Celery: celery/app/task.py (retry, signature_from_request)"""
import sys

from celery.exceptions import MaxRetriesExceededError, Reject, Retry


class Retrying:
    """The part of Task that does so."""

    MaxRetriesExceededError = MaxRetriesExceededError

    def retry(self, args=None, kwargs=None, exc=None, throw=True, eta=None, countdown=None, max_retries=None, **options):
        """Publishes this call again under the same id, then raises Retry."""
        request = self.request
        retries = request.retries + 1
        if max_retries is not None:
            self.override_max_retries = max_retries
        max_retries = self.max_retries if max_retries is None else max_retries
        if request.called_directly:
            # As Celery: not in a worker, so the error itself is raised.
            raise_with_context(exc or Retry('Task can be retried', None))
        if not eta and countdown is None:
            countdown = self.default_retry_delay
        signature = self.signature_from_request(
            request, args, kwargs, countdown=countdown, eta=eta, retries=retries,
            ignore_result=bool(self.ignore_result), **options,
        )  # fmt: skip
        if max_retries is not None and retries > max_retries:
            if exc:
                raise_with_context(exc)
            raise self.MaxRetriesExceededError(
                f"Can't retry {self.name}[{request.id}] args:{signature.args} kwargs:{signature.kwargs}",
                task_args=signature.args,
                task_kwargs=signature.kwargs,
            )
        retry = Retry(exc=exc, when=eta or countdown, is_eager=request.is_eager, sig=signature)
        if request.is_eager:
            # apply() runs it again.
            if throw:
                raise retry
            return retry
        try:
            signature.apply_async()
        except Exception as exc:
            raise Reject(exc, requeue=False)
        if throw:
            raise retry
        return retry

    def signature_from_request(self, request=None, args=None, kwargs=None, queue=None, **extra_options):
        request = self.request if request is None else request
        options = request.as_execution_options()
        delivery_info = request.delivery_info or {}
        if delivery_info.get('priority') is not None:
            options['priority'] = delivery_info['priority']
        if queue:
            options['queue'] = queue
        elif delivery_info.get('exchange') == '' and delivery_info.get('routing_key'):
            options['queue'] = delivery_info['routing_key']
        else:
            options.update(delivery_info)  # through the named exchange that it came by
        options.update(extra_options)
        return self.signature(
            tuple(request.args) if args is None else args,
            dict(request.kwargs) if kwargs is None else kwargs,
            **{name: value for name, value in options.items() if value is not None},
        )

    subtask_from_request = signature_from_request


def raise_with_context(exc):
    """Raises `exc` from the exception that is being handled, when there is another one."""
    current = sys.exc_info()[1]
    if current is None:
        raise exc
    if exc is current:
        raise
    raise exc from current
