"""`chain`: each step gets the result of the step before it. What `|` makes of steps that are groups and chords.

Celery: celery/canvas.py (_chain, chain)
"""
import operator
from functools import reduce

from celery.canvas import sending
from celery.canvas.signatures import Signature, item_of, listed, maybe_signature
from celery.result import allow_join_result
from celery.utils.text import remove_repeating_from_task


@Signature.register_type(name='chain')
class _chain(Signature):
    """The steps are in kwargs; a chord takes in what follows it, and so does a group, which becomes a chord."""

    tasks = item_of('kwargs', 'tasks')

    @classmethod
    def from_dict(cls, d, app=None):
        return _chain([maybe_signature(task, app=app) for task in d['kwargs']['tasks'] or ()], app=app, **d['options'])

    def __init__(self, *tasks, **options):
        if len(tasks) == 1 and not isinstance(tasks[0], dict):
            tasks = tasks[0] if isinstance(tasks[0], (list, tuple)) else list(tasks[0])
        for task in tasks:
            if not isinstance(task, dict):
                raise TypeError(f'a step of a chain is {task!r}, expected a signature such as task.s()')
        super().__init__('celery.chain', (), {'tasks': tasks}, **options)
        self['subtask_type'] = 'chain'

    def __call__(self, *args, **kwargs):
        return self.apply_async(args, kwargs) if self.tasks else None

    def apply_async(self, args=None, kwargs=None, **options):
        """Answers the result of the last step; its `parent` leads back to the first."""
        if self.tasks and self.app.conf.task_always_eager:
            with allow_join_result():
                return self.apply(args, kwargs, **options)
        return sending.apply(self, args, kwargs, options) if self.tasks else None

    def apply(self, args=None, kwargs=None, **options):
        """The steps run here and now, one after the other."""
        last = None
        for task in self.tasks:
            before = None if last is None else (last.get(),)
            result = maybe_signature(task).clone(args, kwargs).apply(before, **{**self['options'], **options})
            result.parent, last, args, kwargs = last, result, None, None
        return last

    def clone(self, *args, **kwargs):
        copy = super().clone(*args, **kwargs)
        copy['kwargs']['tasks'] = [maybe_signature(task, app=self._app, clone=True) for task in copy['kwargs']['tasks']]
        return copy

    partial = clone

    def stamp(self, visitor=None, append_stamps=False, **headers):
        own = None if visitor is None else visitor.on_chain_start(self, **headers) or {}
        headers = self._stamp_headers(own, append_stamps, **headers)
        self.stamp_links(visitor, **headers)
        for task in self.tasks:
            task.stamp(visitor, append_stamps, **headers)
        if visitor is not None:
            visitor.on_chain_end(self, **headers)

    def unchain_tasks(self):
        """Its steps, each with the chain's errbacks, the last with its links."""
        tasks = [maybe_signature(task).clone() for task in self.tasks]
        for callback in listed(self['options'].get('link')):
            tasks[-1].link(callback)
        for errback in listed(self['options'].get('link_error')):
            for task in tasks:
                task.link_error(errback)
        return tasks

    def __or__(self, other):
        group, chord = self.TYPES['group'], self.TYPES['chord']
        if isinstance(other, group):
            unrolled = other.unrolled()
            return self._before_group(other) if unrolled is other else self | unrolled
        if isinstance(other, _chain):
            return reduce(operator.or_, other.unchain_tasks(), self)
        if not isinstance(other, Signature):
            return NotImplemented
        last = self.tasks[-1] if self.tasks else None
        if isinstance(last, group):
            return self._with_last_as_chord(other)
        if isinstance(last, chord) and not isinstance(other, chord):
            copy = self.clone()
            copy.tasks[-1].body = copy.tasks[-1].body | other
            return copy
        return type(self)([*self.unchain_tasks(), other], app=self._app)

    def _before_group(self, other):
        tasks = self.unchain_tasks()
        if not tasks:
            return other
        if isinstance(tasks[-1], self.TYPES['chord']):
            tasks[-1].body = tasks[-1].body | other
            return type(self)(tasks, app=self._app)
        return type(self)([*tasks, other], app=self._app)

    def _with_last_as_chord(self, body):
        chord = self.TYPES['chord']
        copy = self.clone()
        copy.tasks[-1] = chord(copy.tasks[-1], body, app=self._app)
        if len(copy.tasks) > 1 and isinstance(copy.tasks[-2], chord):
            # Two chords in a row: the second one is the end of the first one's body.
            copy.tasks[-2].body = copy.tasks[-2].body | copy.tasks[-1]
            copy.tasks = copy.tasks[:-1]
        return copy

    def __repr__(self):
        if not self.tasks:
            return f'<{type(self).__name__}@{id(self):#x}: empty>'
        return remove_repeating_from_task(self.tasks[0]['task'], ' | '.join(repr(task) for task in self.tasks))


class chain(_chain):
    """`chain(a, b, c)` is `a | b | c`, whatever kind of signature that is."""

    def __new__(cls, *tasks, **options):
        if tasks and not options and (len(tasks) > 1 or not isinstance(tasks[0], dict)):
            steps = tasks[0] if len(tasks) == 1 else tasks
            return reduce(operator.or_, steps, _chain())
        return super().__new__(cls)
