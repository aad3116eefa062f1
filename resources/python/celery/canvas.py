"""`Signature`: one call as plain wire data, to be kept, passed on, or applied later; `chain`: several, one after the other.

A group and a chord are not here yet: asking for them says so. Celery: celery/canvas.py; PROTOCOL.md 2.4, 10
"""
import uuid

from celery._state import get_current_app
from celery.result import allow_join_result
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

    def apply(self, args=None, kwargs=None, **options):
        """The call runs here and now, as Task.apply."""
        args, kwargs, options = self._merge(args, kwargs, {key: value for key, value in options.items() if value is not None})
        return self.app.tasks[self['task']].apply(args, kwargs, **options)

    def _merge(self, args, kwargs, options):
        """As Celery: partial arguments come first; an immutable signature takes none."""
        options = {**self['options'], **(options or {})}
        if self['immutable']:
            return self['args'], self['kwargs'], options
        return tuple(args or ()) + tuple(self['args']), {**self['kwargs'], **(kwargs or {})}, options

    def __or__(self, other):
        if not isinstance(other, Signature):
            return NotImplemented
        return chain(self, other)

    def link(self, callback):
        """Called with the result when the task has succeeded."""
        return self._append('link', callback)

    def link_error(self, errback):
        """Called when the task has failed."""
        return self._append('link_error', errback)

    def on_error(self, errback):
        """As link_error, but answers the signature itself."""
        self.link_error(errback)
        return self

    def _append(self, key, sig):
        known = self['options'].get(key) or []
        known = known if isinstance(known, (list, tuple)) else [known]
        if sig not in known:
            self['options'][key] = [*known, sig]
        return sig

    def __json__(self):
        return {**self, 'args': list(self['args'])}

    def __repr__(self):
        shown = [repr(value) for value in self['args']] + [f'{key}={value!r}' for key, value in self['kwargs'].items()]
        return f'{self["task"]}({", ".join(shown)})'

    def __reduce__(self):
        return Signature, (dict(self),)


class chain(Signature):
    """Each step gets the result of the step before it. Sent as its first step, which carries the others, reversed."""

    def __init__(self, *tasks, **options):
        steps = list(tasks[0]) if len(tasks) == 1 and not isinstance(tasks[0], dict) else tasks
        super().__init__('celery.chain', (), {'tasks': _steps(steps)}, options, subtask_type='chain')

    @property
    def tasks(self):
        return self['kwargs']['tasks']

    def clone(self, args=None, kwargs=None, **options):
        other = chain([step.clone() for step in self.tasks])
        other['options'] = {**self['options'], **options}
        other['immutable'] = self['immutable']
        if other.tasks and not self['immutable']:
            other.tasks[0] = other.tasks[0].clone(args, kwargs)
        return other

    partial = clone

    def __call__(self, *args, **kwargs):
        return self.apply_async(args, kwargs) if self.tasks else None

    def apply_async(self, args=None, kwargs=None, task_id=None, link=None, link_error=None, **options):
        """Answers the result of the last step; its `parent` leads back to the first."""
        if not self.tasks:
            return None
        if self.app.conf.task_always_eager:
            with allow_join_result():
                return self.apply(args, kwargs, task_id=task_id, link=link, link_error=link_error, **options)
        options = {**self['options'], **options}
        steps = [step.clone() for step in self.tasks]
        # As Celery: an errback is everybody's, a link belongs to the last step, all other options to the first.
        for errback in _listed(options.pop('link_error', None)) + _listed(link_error):
            for step in steps:
                step.link_error(errback)
        for callback in _listed(options.pop('link', None)) + _listed(link):
            steps[-1].link(callback)
        last_id = task_id or options.pop('task_id', None)
        if last_id:
            steps[-1]['options']['task_id'] = last_id
        for step in steps:
            step['options'].setdefault('task_id', str(uuid.uuid4()))
        first, *rest = steps
        result = first.apply_async(args, kwargs, chain=[*reversed(rest)], **options)
        for step in rest:
            result = self.app.AsyncResult(step.id, parent=result)
        return result

    def apply(self, args=None, kwargs=None, **options):
        """The steps run here and now, one after the other."""
        last = None
        for step in self.tasks:
            before = None if last is None else (last.get(),)
            result = step.clone(args, kwargs).apply(before, **{**self['options'], **options})
            result.parent, last, args, kwargs = last, result, None, None
        return last

    def __repr__(self):
        return ' | '.join(repr(step) for step in self.tasks)

    def __reduce__(self):
        return chain, (list(self.tasks),)


def _steps(signatures):
    """A chain inside a chain is more steps of the outer one."""
    steps = []
    for sig in signatures:
        if not isinstance(sig, dict):
            raise TypeError(f'a step of a chain is {sig!r}, expected a signature such as task.s()')
        if sig.get('subtask_type') == 'chain':
            steps += _steps(sig['kwargs']['tasks'])
        elif sig.get('subtask_type') in ('group', 'chord'):
            raise AttributeError(f'a {sig["subtask_type"]} in a chain is not covered by the Python side of this app')
        else:
            steps.append(signature(sig))
    return steps


def _listed(signatures):
    if signatures is None:
        return []
    return list(signatures) if isinstance(signatures, (list, tuple)) else [signatures]


def signature(varies, *args, **kwargs):
    """A signature of a task, of a name, or of the plain data of one."""
    app = kwargs.get('app')
    if isinstance(varies, dict):
        if isinstance(varies, Signature):
            return varies.clone()
        if varies.get('subtask_type') == 'chain':
            return chain(varies['kwargs']['tasks'], **varies.get('options', {}))
        return Signature(varies, app=app)
    return Signature(varies, *args, **kwargs)


subtask = signature


def maybe_signature(d, app=None, clone=False):
    if d is None:
        return None
    return signature(d, app=app) if isinstance(d, dict) and not isinstance(d, Signature) else d
