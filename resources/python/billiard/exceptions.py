"""Exceptions that Celery takes from billiard, under the module name that is stored in results.

billiard: billiard/exceptions.py
"""


class TimeLimitExceeded(Exception):
    """The hard time limit passed: the pool process was killed."""

    def __str__(self):
        return 'TimeLimitExceeded%s' % (self.args,)


class SoftTimeLimitExceeded(Exception):
    """The soft time limit passed: raised inside the running task, which may catch it and clean up."""

    def __str__(self):
        return 'SoftTimeLimitExceeded%s' % (self.args,)


class WorkerLostError(Exception):
    """The pool process that ran the task is gone."""


class Terminated(Exception):
    """The pool process was ended on request (revoke with terminate)."""
