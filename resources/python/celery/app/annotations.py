"""`task_annotations`: attributes that the settings give to tasks, by name, to all (`*`), or by an object's say.

Celery: celery/app/annotations.py, celery/app/task.py (annotate)
"""
import importlib


class MapAnnotation(dict):
    """Task name → attributes."""

    def annotate_any(self):
        return dict(self['*']) if '*' in self else None

    def annotate(self, task):
        return dict(self[task.name]) if task.name in self else None


def prepare(annotations):
    """The setting as a list of objects that have `annotate`, `annotate_any`, or both."""
    if annotations is None:
        return ()
    if not isinstance(annotations, (list, tuple)):
        annotations = (annotations,)
    return [_expanded(one) for one in annotations]


def _expanded(annotation):
    if isinstance(annotation, dict):
        return MapAnnotation(annotation)
    if isinstance(annotation, str):
        module, _, name = annotation.replace(':', '.').rpartition('.')
        return getattr(importlib.import_module(module), name)()
    return annotation


def annotate(task_cls, annotations):
    """As Celery: the first that knows the task, then the first that speaks of all of them, which therefore wins."""
    for found in (
        _first(annotations, 'annotate', task_cls),
        _first(annotations, 'annotate_any'),
    ):
        for key, value in (found or {}).items():
            if key.startswith('@'):
                add_around(task_cls, key[1:], value)
            else:
                setattr(task_cls, key, value)


def _first(annotations, method, *args):
    for annotation in annotations:
        answer = getattr(annotation, method, lambda *_: None)(*args)
        if answer is not None:
            return answer
    return None


def add_around(task_cls, attribute, around):
    original = getattr(task_cls, attribute)
    original = getattr(original, '__wrapped__', None) or original
    wrapped = around(original)
    wrapped.__wrapped__ = original
    setattr(task_cls, attribute, wrapped)
