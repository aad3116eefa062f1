"""`xmap`, `xstarmap`: one message for many calls of a task; `chunks`: several such messages. Celery: celery/canvas.py"""
from itertools import islice

from celery.canvas.groups import group
from celery.canvas.signatures import Signature
from celery.utils.text import truncate


class _basemap(Signature):
    _task_name = None

    @classmethod
    def from_dict(cls, d, app=None):
        return cls(d['kwargs']['task'], d['kwargs']['it'], app=app, **d['options'])

    def __init__(self, task, it, **options):
        super().__init__(self._task_name, (), {'task': task, 'it': _items(it)}, immutable=True, **options)


@Signature.register_type()
class xmap(_basemap):
    """`[task(x) for x in it]`, in one process."""

    _task_name = 'celery.map'

    def __repr__(self):
        task, it = self['kwargs']['task'], self['kwargs']['it']
        return f'[{task["task"]}(x) for x in {truncate(repr(it), 100)}]'


@Signature.register_type()
class xstarmap(_basemap):
    """`[task(*x) for x in it]`, in one process."""

    _task_name = 'celery.starmap'

    def __repr__(self):
        task, it = self['kwargs']['task'], self['kwargs']['it']
        return f'[{task["task"]}(*x) for x in {truncate(repr(it), 100)}]'


@Signature.register_type()
class chunks(Signature):
    """The items in parts of `n`, each a starmap of its own."""

    @classmethod
    def from_dict(cls, d, app=None):
        return cls(d['kwargs']['task'], d['kwargs']['it'], d['kwargs']['n'], app=app, **d['options'])

    def __init__(self, task, it, n, **options):
        super().__init__('celery.chunks', (), {'task': task, 'it': _items(it), 'n': n}, immutable=True, **options)

    def __call__(self, **options):
        return self.apply_async(**options)

    def apply_async(self, args=None, kwargs=None, **options):
        return self.group().apply_async(args, kwargs, **options)

    def group(self):
        task, n, items = self['kwargs']['task'], self['kwargs']['n'], iter(self['kwargs']['it'])
        parts = iter(lambda: list(islice(items, n)), [])
        return group([xstarmap(task, part, app=self._app) for part in parts], app=self._app)

    @classmethod
    def apply_chunks(cls, task, it, n, app=None):
        return cls(task, it, n, app=app)()


def _items(it):
    return it if isinstance(it, (list, tuple)) else list(it)
