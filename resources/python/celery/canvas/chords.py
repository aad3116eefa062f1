"""`chord`: a group, and a body that is called with the results of all of it. Celery: celery/canvas.py (_chord)"""
from celery._state import get_current_app
from celery.canvas import sending
from celery.canvas.chains import _chain
from celery.canvas.groups import group
from celery.canvas.signatures import Signature, item_of, maybe_signature, signature
from celery.canvas.stamping import header_of
from celery.result import allow_join_result
from celery.utils.text import remove_repeating_from_task


@Signature.register_type(name='chord')
class _chord(Signature):
    """Header and body are in kwargs."""

    tasks = item_of('kwargs', 'header')
    body = item_of('kwargs', 'body')

    @classmethod
    def from_dict(cls, d, app=None):
        kwargs = {**d['kwargs']}
        header, body = kwargs.pop('header', None), kwargs.pop('body', None)
        others = {key: value for key, value in d.items() if key != 'kwargs'}
        return cls(header, body, kwargs=kwargs, app=app, **others)

    def __init__(self, header, body=None, task='celery.chord', args=None, kwargs=None, app=None, **options):
        parts = {**(kwargs or {'kwargs': {}}), 'header': _members(header, app), 'body': maybe_signature(body, app=app)}
        super().__init__(task, args or (), parts, app=app, **options)
        self['subtask_type'] = 'chord'

    @property
    def app(self):
        found = self._app or next((task._app for task in self.tasks if task._app), None)
        return found or (self.body and self.body._app) or get_current_app()

    def __call__(self, body=None, **options):
        return self.apply_async((), {'body': body} if body else {}, **options)

    def apply_async(self, args=None, kwargs=None, **options):
        """Answers the result of the body; its `parent` is the group of the header."""
        kwargs = {**(kwargs or {})}
        body = kwargs.pop('body', None) or self.body
        if body is None:
            raise TypeError('a chord has no body: give it one, chord(header, body) or chord(header)(body)')
        if self.app.conf.task_always_eager:
            with allow_join_result():
                return self.apply(args, kwargs, body=body.clone(**options))
        whole = self.clone()
        whole.body = body.clone()
        return sending.apply(whole, args, kwargs, options)

    def apply(self, args=None, kwargs=None, propagate=True, body=None, **options):
        """Header and body run here and now; what fails in the header is raised."""
        body = self.body if body is None else body
        values = group(self.tasks, app=self.app).apply(args, kwargs).get(propagate=propagate)
        return body.apply((values,))

    def clone(self, *args, **kwargs):
        copy = super().clone(*args, **kwargs)
        copy['kwargs']['body'] = maybe_signature(copy['kwargs']['body'], clone=True)
        return copy

    partial = clone

    def __or__(self, other):
        if isinstance(other, group):
            other = other.unrolled()
        if isinstance(other, Signature) and not isinstance(other, (group, _chain)):
            copy = self.clone()
            copy.body = copy.body | other
            return copy
        return super().__or__(other)

    def stamp(self, visitor=None, append_stamps=False, **headers):
        own = None if visitor is None else visitor.on_chord_header_start(self, **headers) or {}
        headers = self._stamp_headers(own, append_stamps, **headers)
        self.stamp_links(visitor, append_stamps, **headers)
        for task in header_of(self).tasks:
            task.stamp(visitor, append_stamps, **headers)
        if visitor is None:
            return
        visitor.on_chord_header_end(self, **headers)
        if self.body is not None:
            # As Celery: without a visitor the body is not stamped.
            headers = self._stamp_headers(visitor.on_chord_body(self, **headers) or {}, append_stamps, **headers)
            self.body.stamp(visitor, append_stamps, **headers)

    def link(self, callback):
        """As Celery: a link of the body."""
        self.body.link(callback)
        return callback

    def link_error(self, errback):
        """As Celery: an errback of the body, and of chords in the header; of the whole header if the setting says so."""
        errback = maybe_signature(errback)
        for task in self.tasks:
            if self.app.conf.get('task_allow_error_cb_on_chord_header'):
                task.link_error(errback.clone(immutable=True))
            if isinstance(task, _chord):
                task.link_error(errback)
        self.body.link_error(errback)
        return errback

    def set_immutable(self, immutable):
        for task in self.tasks:
            task.set_immutable(immutable)

    def __length_hint__(self):
        return sending.chord_size(self)

    def __repr__(self):
        body = self.body
        if not body:
            return f'<chord without body: {self.tasks!r}>'
        if not isinstance(body, _chain):
            return '%' + remove_repeating_from_task(body['task'], body.reprcall(self.tasks))
        first, *rest = body.tasks
        shown = f'%({first.reprcall(self.tasks)} | {_chain(rest)!r})'
        return remove_repeating_from_task(first['task'], shown)


def _members(header, app):
    if isinstance(header, dict):
        header = signature(header, app=app)
    if isinstance(header, (group, _chain)):
        return header.tasks
    if isinstance(header, Signature):
        return [header]
    return [signature(task, app=app) for task in header]
