"""What the worker has to do, as a control command finds it: set anew before each. Celery: celery/worker/state.py"""
from collections import Counter


#: Of the tasks that were received and have not ended, and of those among them that run: `id`, `name`, `args`, `info()` …
requests = {}
reserved_requests = set()
active_requests = set()
#: How many tasks were received, by their names.
total_count = Counter()


class _Revoked(set):
    """Ids. What is added here is revoked in the worker."""

    added = []

    def add(self, task_id):
        super().add(task_id)
        self.added.append(task_id)


revoked = _Revoked()

