"""`Signature`: one call as plain wire data, to be kept, passed on, combined with `|`, or applied later.

Celery: celery/canvas.py (Signature, signature, maybe_signature); PROTOCOL.md 2.4
"""
from copy import deepcopy

from celery._state import get_current_app
from celery.canvas import sending
from celery.canvas.stamping import Stamping


def item_of(section, key):
    """A property that stands for an item of `kwargs` or `options`."""

    def get(self):
        return self[section].get(key) if section == 'options' else self[section][key]

    def put(self, value):
        self[section][key] = value

    return property(get, put)


def item(key):
    return property(lambda self: self[key], lambda self, value: self.__setitem__(key, value))


class Signature(Stamping, dict):
    """A dict with task, args, kwargs, options, subtask_type, immutable."""

    #: By subtask_type: the classes of signatures that have others as parts.
    TYPES = {}
    #: Its place in a group stays its own: who waits for the group counts on it.
    _IMMUTABLE_OPTIONS = {'group_id', 'stamped_headers'}

    _app = _type = None

    @classmethod
    def register_type(cls, name=None):
        def register(subclass):
            cls.TYPES[name or subclass.__name__] = subclass
            return subclass

        return register

    @classmethod
    def from_dict(cls, d, app=None):
        kind = cls.TYPES.get(d.get('subtask_type'))
        if kind is not None and kind is not cls:
            return kind.from_dict(d, app=app)
        return Signature(d, app=app)

    def __init__(
        self, task=None, args=None, kwargs=None, options=None, type=None, subtask_type=None, immutable=False, app=None, **ex
    ):
        self._app = app
        if isinstance(task, dict):
            super().__init__(task)
            return
        name = getattr(task, 'name', task)
        self._type = task if name is not task else None
        super().__init__(
            task=name,
            args=tuple(args or ()),
            kwargs=kwargs or {},
            options={**(options or {}), **ex},
            subtask_type=subtask_type,
            immutable=immutable,
        )

    task = item('task')
    args = item('args')
    kwargs = item('kwargs')
    options = item('options')
    subtask_type = item('subtask_type')
    immutable = item('immutable')
    id = item_of('options', 'task_id')
    parent_id = item_of('options', 'parent_id')
    root_id = item_of('options', 'root_id')

    @property
    def app(self):
        return self._app or get_current_app()

    @property
    def name(self):
        return self['task']

    @property
    def type(self):
        return self._type or self.app.tasks[self['task']]

    @property
    def AsyncResult(self):
        """What makes results of its task."""
        task = self._type or self.app.tasks.get(self['task'])
        return self.app.AsyncResult if task is None else task.AsyncResult

    # --- calling

    def __call__(self, *partial_args, **partial_kwargs):
        args, kwargs, _ = self._merge(partial_args, partial_kwargs, None)
        return self.type(*args, **kwargs)

    def delay(self, *partial_args, **partial_kwargs):
        return self.apply_async(partial_args, partial_kwargs)

    def apply_async(self, args=None, kwargs=None, route_name=None, **options):
        options = {name: value for name, value in options.items() if value is not None}
        args, kwargs, options = self._merge(args, kwargs, options)
        task = self._type or self.app.tasks.get(self['task'])
        if task is None:
            return self.app.send_task(self['task'], args, kwargs, **options)
        return task.apply_async(args, kwargs, **options)

    def apply(self, args=None, kwargs=None, **options):
        """The call runs here and now, as Task.apply."""
        options = {name: value for name, value in options.items() if value is not None}
        args, kwargs, options = self._merge(args, kwargs, options)
        return self.type.apply(args, kwargs, **options)

    def freeze(self, _id=None, group_id=None, chord=None, root_id=None, parent_id=None, group_index=None):
        """Fixes the ids of all that would be sent; answers the result, which can be waited for before anything is sent."""
        return sending.freeze(
            self, id=_id, groupId=group_id, chord=chord, rootId=root_id, parentId=parent_id, groupIndex=group_index
        )

    _freeze = freeze

    def _merge(self, args=None, kwargs=None, options=None, force=False):
        """As Celery: partial arguments come first; an immutable signature takes none."""
        # Stamps that it has stay as they are.
        fixed = self._IMMUTABLE_OPTIONS.union(self['options'].get('stamped_headers') or ())
        given = {key: value for key, value in (options or {}).items() if key not in fixed or key not in self['options']}
        options = {**self['options'], **given}
        if self['immutable'] and not force:
            return self['args'], self['kwargs'], options
        return tuple(args or ()) + tuple(self['args']), {**self['kwargs'], **(kwargs or {})}, options

    # --- changing

    def clone(self, args=None, kwargs=None, **opts):
        args, kwargs, options = self._merge(args, kwargs, opts)
        copy = Signature.from_dict(
            {
                'task': self['task'], 'args': tuple(args), 'kwargs': {**kwargs}, 'options': deepcopy(options),
                'subtask_type': self['subtask_type'], 'immutable': self['immutable'],
            },
            app=self._app,
        )  # fmt: skip
        copy._type = self._type
        return copy

    partial = clone

    def replace(self, args=None, kwargs=None, options=None):
        copy = self.clone()
        for key, value in (('args', args), ('kwargs', kwargs), ('options', options)):
            if value is not None:
                copy[key] = value
        return copy

    def set(self, immutable=None, **options):
        if immutable is not None:
            self.set_immutable(immutable)
        self['options'].update(options)
        return self

    def set_immutable(self, immutable):
        self['immutable'] = immutable

    def link(self, callback):
        """Called with the result when the task has succeeded."""
        return self.append_to_list_option('link', callback)

    def link_error(self, errback):
        """Called when the task has failed."""
        return self.append_to_list_option('link_error', errback)

    def on_error(self, errback):
        """As link_error, but answers the signature itself."""
        self.link_error(errback)
        return self

    def append_to_list_option(self, key, value):
        items = self._list_option(key)
        if value not in items:
            items.append(value)
        return value

    def extend_list_option(self, key, value):
        self._list_option(key).extend(listed(value))

    def _list_option(self, key):
        items = self['options'].get(key)
        if not isinstance(items, list):
            items = self['options'][key] = listed(items)
        return items

    def flatten_links(self):
        """Itself, its links, and the links of those."""
        return [self, *(sig for link in listed(self['options'].get('link')) for sig in maybe_signature(link).flatten_links())]

    def __or__(self, other):
        chain, group = self.TYPES['chain'], self.TYPES['group']
        if isinstance(other, chain):
            return chain((self, *other.unchain_tasks()), app=self._app)
        if isinstance(other, group):
            return chain(self, other.unrolled(), app=self._app)
        if isinstance(other, Signature):
            return chain(self, other, app=self._app)
        return NotImplemented

    def __ior__(self, other):
        # A dict would be changed in place.
        return self.__or__(other)

    # --- showing

    def reprcall(self, *args, **kwargs):
        args, kwargs, _ = self._merge(args, kwargs, {}, force=True)
        shown = [repr(value) for value in args] + [f'{key}={value!r}' for key, value in kwargs.items()]
        return f'{self["task"]}({", ".join(shown)})'

    def __repr__(self):
        return self.reprcall()

    def __json__(self):
        return {**self, 'args': list(self['args'])}

    def __deepcopy__(self, memo):
        memo[id(self)] = self
        return dict(self)

    def __reduce__(self):
        return signature, (dict(self),)


def listed(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def signature(varies, *args, **kwargs):
    """A signature of a task, of a name, or of the plain data of one."""
    if isinstance(varies, Signature):
        return varies.clone()
    if isinstance(varies, dict):
        return Signature.from_dict(varies, app=kwargs.get('app'))
    return Signature(varies, *args, **kwargs)


def maybe_signature(d, app=None, clone=False):
    """A signature of plain data; what is one already stays itself unless a copy is asked for."""
    if d is None:
        return None
    if isinstance(d, Signature):
        d = d.clone() if clone else d
    elif isinstance(d, dict):
        d = signature(d)
    if app is not None:
        d._app = app
    return d
