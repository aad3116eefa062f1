"""The tasks of one app by name. Celery: celery/app/registry.py"""
from celery.exceptions import NotRegistered


class TaskRegistry(dict):
    """A dict that says NotRegistered, and that Celery's register and unregister work on."""

    NotRegistered = NotRegistered

    def __missing__(self, key):
        raise self.NotRegistered(key)

    def register(self, task):
        self[task.name] = task() if isinstance(task, type) else task

    def unregister(self, name):
        self.pop(getattr(name, 'name', name))

    def regular(self):
        return self.filter_types('regular')

    def periodic(self):
        return self.filter_types('periodic')

    def filter_types(self, type):
        return {name: task for name, task in self.items() if getattr(task, 'type', 'regular') == type}
