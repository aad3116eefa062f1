"""`group`: signatures that are sent at the same time. Celery: celery/canvas.py (group)"""
import uuid

from celery._state import get_current_app
from celery.canvas import sending
from celery.canvas.signatures import Signature, item_of, maybe_signature
from celery.result import GroupResult
from celery.utils.text import remove_repeating_from_task


@Signature.register_type()
class group(Signature):
    """The members are in kwargs. With something after it, it becomes a chord."""

    tasks = item_of('kwargs', 'tasks')

    @classmethod
    def from_dict(cls, d, app=None):
        tasks = d['kwargs']['tasks']
        members = [maybe_signature(task, app=app) for task in tasks]
        # As Celery: those who look at this data later see the signatures.
        d['kwargs']['tasks'] = tuple(members) if isinstance(tasks, tuple) else members
        return cls(d['kwargs']['tasks'], app=app, **d['options'])

    def __init__(self, *tasks, **options):
        if len(tasks) == 1:
            tasks = tasks[0]
            if isinstance(tasks, group):
                tasks = tasks.tasks
            elif isinstance(tasks, Signature):
                tasks = [tasks.clone()]
            elif not isinstance(tasks, (list, tuple)):
                tasks = list(tasks)
        super().__init__('celery.group', (), {'tasks': tasks}, **options)
        self['subtask_type'] = 'group'

    @property
    def app(self):
        return self._app or (self.tasks[0].app if self.tasks else get_current_app())

    def __call__(self, *partial_args, **options):
        return self.apply_async(partial_args, **options)

    def apply_async(self, args=None, kwargs=None, add_to_parent=True, producer=None, link=None, link_error=None, **options):
        """Answers a GroupResult."""
        if link is not None:
            raise TypeError('Cannot add link to group: use a chord')
        if link_error is not None:
            raise TypeError('Cannot add link to group: do that on individual tasks')
        if self.app.conf.task_always_eager:
            return self.apply(args, kwargs, **options)
        if not self.tasks:
            return self.freeze()
        return sending.apply(self, args, kwargs, {**options, 'add_to_parent': add_to_parent})

    def apply(self, args=None, kwargs=None, **options):
        """The members run here and now, one after the other."""
        if not self.tasks:
            return self.freeze()
        options = {**self['options'], **options}
        group_id = options.pop('task_id', None) or str(uuid.uuid4())
        results = [task.clone().apply(args, kwargs, **options) for task in self._unnested()]
        return GroupResult(group_id, results, app=self.app)

    def _unnested(self):
        """As Celery: the members of a group in a group are members."""
        for task in self.tasks:
            yield from task._unnested() if isinstance(task, group) else [task]

    def unrolled(self):
        """A group of one is that one."""
        return self.tasks[0] if len(self.tasks) == 1 else self

    def __or__(self, other):
        return self.TYPES['chord'](self, body=other, app=self._app)

    def set_immutable(self, immutable):
        for task in self.tasks:
            task.set_immutable(immutable)

    def stamp(self, visitor=None, append_stamps=False, **headers):
        own = None if visitor is None else visitor.on_group_start(self, **headers) or {}
        headers = self._stamp_headers(own, append_stamps, **headers)
        self.stamp_links(visitor, append_stamps, **headers)
        self.tasks = [maybe_signature(task, app=self._app) for task in self.tasks]
        for task in self.tasks:
            task.stamp(visitor, append_stamps, **headers)
        if visitor is not None:
            visitor.on_group_end(self, **headers)

    def link(self, sig):
        """As Celery: called after the first member, without its result."""
        return self.tasks[0].link(sig.clone().set(immutable=True))

    def link_error(self, sig):
        errback = maybe_signature(sig)
        return tuple(task.link_error(errback.clone(immutable=True)) for task in self.tasks)

    def skew(self, start=1.0, stop=None, step=1.0):
        countdown = start
        for task in self.tasks:
            task.set(countdown=countdown)
            countdown = countdown + step if stop is None else min(countdown + step, stop)
        return self

    def __len__(self):
        return len(self.tasks)

    def __repr__(self):
        if not self.tasks:
            return 'group(<empty>)'
        return remove_repeating_from_task(self.tasks[0]['task'], f'group({self.tasks!r})')


def maybe_unroll_group(sig):
    return sig.unrolled()
