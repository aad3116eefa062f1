"""`Signature`: one call as plain wire data, to be kept, passed on, or applied later.

A chain, a group and a chord are not here yet: asking for them says so. Celery: celery/canvas.py; PROTOCOL.md 2.4
"""
from celery._state import get_current_app
from lab_host.not_covered import name_of

__getattr__ = name_of('celery.canvas')


class Signature(dict):
    """A dict with task, args, kwargs, options, subtask_type, immutable."""

    def __init__(
        self, task=None, args=None, kwargs=None, options=None, type=None, subtask_type=None, immutable=False, app=None, **ex
    ):
        self._app = app
        if isinstance(task, dict):
            super().__init__(task)
            return
        super().__init__(
            task=getattr(task, 'name', task),
            args=tuple(args or ()),
            kwargs=kwargs or {},
            options={**(options or {}), **ex},
            subtask_type=subtask_type,
            immutable=immutable,
        )

    @property
    def app(self):
        return self._app or get_current_app()

    @property
    def name(self):
        return self['task']

    task = property(lambda self: self['task'])
    args = property(lambda self: self['args'])
    kwargs = property(lambda self: self['kwargs'])
    options = property(lambda self: self['options'])
    immutable = property(lambda self: self['immutable'])
    id = property(lambda self: self['options'].get('task_id'))

    def __call__(self, *partial_args, **partial_kwargs):
        args, kwargs, _ = self._merge(partial_args, partial_kwargs, None)
        return self.app.tasks[self['task']](*args, **kwargs)

    def clone(self, args=None, kwargs=None, **options):
        args, kwargs, options = self._merge(args, kwargs, options)
        other = Signature(self['task'], args, kwargs, options, immutable=self['immutable'], app=self._app)
        other['subtask_type'] = self['subtask_type']
        return other

    partial = clone

    def set(self, immutable=None, **options):
        if immutable is not None:
            self['immutable'] = immutable
        self['options'].update(options)
        return self

    def delay(self, *args, **kwargs):
        return self.apply_async(args, kwargs)

    def apply_async(self, args=None, kwargs=None, **options):
        args, kwargs, options = self._merge(args, kwargs, options)
        task = self.app.tasks.get(self['task'])
        if task is None:
            return self.app.send_task(self['task'], args, kwargs, **options)
        return task.apply_async(args, kwargs, **options)

    def _merge(self, args, kwargs, options):
        """As Celery: partial arguments come first; an immutable signature takes none."""
        options = {**self['options'], **(options or {})}
        if self['immutable']:
            return self['args'], self['kwargs'], options
        return tuple(args or ()) + tuple(self['args']), {**self['kwargs'], **(kwargs or {})}, options

    def __or__(self, other):
        raise AttributeError('chains (a | b) are not covered by the Python side of this app yet')

    def __json__(self):
        return {**self, 'args': list(self['args'])}

    def __repr__(self):
        shown = [repr(value) for value in self['args']] + [f'{key}={value!r}' for key, value in self['kwargs'].items()]
        return f'{self["task"]}({", ".join(shown)})'

    def __reduce__(self):
        return Signature, (dict(self),)


def signature(varies, *args, **kwargs):
    """A signature of a task, of a name, or of the plain data of one."""
    app = kwargs.get('app')
    if isinstance(varies, dict):
        if isinstance(varies, Signature):
            return varies.clone()
        return Signature(varies, app=app)
    return Signature(varies, *args, **kwargs)


subtask = signature


def maybe_signature(d, app=None, clone=False):
    if d is None:
        return None
    return signature(d, app=app) if isinstance(d, dict) and not isinstance(d, Signature) else d
