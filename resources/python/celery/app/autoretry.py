"""`autoretry_for`: errors of these classes become a retry, with backoff.

Celery: celery/app/autoretry.py, celery/utils/time.py
"""
from celery.exceptions import Ignore, Retry
from celery.utils.time import get_exponential_backoff_interval


def autoretry(task):
    """Wraps the task's body once, when it asks for it."""
    retry_for = tuple(task.autoretry_for or ())
    if not retry_for or hasattr(type(task), '_orig_run') or '_orig_run' in vars(task):
        return
    body = task.run
    give_up_for = tuple(task.dont_autoretry_for or ())
    backoff = float(task.retry_backoff) if task.retry_backoff else 0.0
    retry_kwargs = dict(getattr(type(task), 'retry_kwargs', None) or {})

    def run(*args, **kwargs):
        try:
            return body(*args, **kwargs)
        except (Ignore, Retry):
            raise
        except give_up_for:
            raise
        except retry_for as exc:
            again = dict(retry_kwargs)
            if backoff:
                again['countdown'] = get_exponential_backoff_interval(
                    int(max(1.0, backoff)), task.request.retries, task.retry_backoff_max or 600,
                    task.retry_jitter is not False,
                )  # fmt: skip
            # As Celery: a max_retries that the body gave to its own retry() counts for the next one as well.
            if vars(task).get('override_max_retries') is not None:
                again['max_retries'] = task.override_max_retries
            ret = task.retry(exc=exc, **again)
            vars(task).pop('override_max_retries', None)
            raise ret

    task._orig_run = body
    task.run = run
