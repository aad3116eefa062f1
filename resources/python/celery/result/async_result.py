"""`AsyncResult`: asks the result backend about one task by its id. Celery: celery/result.py (AsyncResult)"""
import json
from collections import deque
from functools import cached_property

from celery import states
from celery._state import get_current_app
from celery.exceptions import IncompleteStream, TimeoutError
from celery.result.base import Ready, ResultBase, assert_will_not_block
from celery.utils.graph import DependencyGraph, GraphFormatter
from celery.utils.serialization import exception_from_stored
from kombu.exceptions import ContentDisallowed, DecodeError, OperationalError
from kombu.utils.json import object_hook
from lab_host import bridge
from lab_host.not_covered import attribute_of

_missing = attribute_of('AsyncResult')

_UNREADABLE = {'ContentDisallowed': ContentDisallowed, 'DecodeError': DecodeError}


class AsyncResult(ResultBase):
    """Knows the id; asks each time, until the state is a final one."""

    TimeoutError = TimeoutError
    app = None
    id = None
    supports_native_join = True
    #: The call said ignore_result=True: there is nothing to wait for.
    ignored = False

    def __init__(self, id, backend=None, task_name=None, app=None, parent=None):
        if id is None:
            raise ValueError(f'AsyncResult requires valid id, not {type(id)}')
        self.id = id
        self.app = app or self.app or get_current_app()
        self.parent = parent
        self.on_ready = Ready()
        self._cache = None

    @property
    def task_id(self):
        return self.id

    @task_id.setter
    def task_id(self, id):
        self.id = id

    def then(self, callback, on_error=None, weak=False):
        """Called with this result as soon as it is known here: at once, or by get() and the like."""
        return self.on_ready.then(callback, on_error)

    def _meta(self):
        if self._cache is None:
            meta = _read(lambda: bridge.ask('result-meta', taskId=self.id))
            if meta['status'] not in states.READY_STATES:
                return meta
            self._known(meta)
        return self._cache

    def _known(self, meta):
        self._cache = meta
        self.on_ready(self)

    @property
    def state(self):
        return self._meta()['status']

    status = state

    @property
    def result(self):
        """The return value, the exception, or the meta of a state of one's own."""
        meta = self._meta()
        if meta['status'] in states.EXCEPTION_STATES:
            return exception_from_stored(meta['result'])
        return meta['result']

    info = result

    @property
    def traceback(self):
        return self._meta().get('traceback')

    @property
    def children(self):
        """The results of what the task has sent, once it is done."""
        from celery.result import result_from_tuple

        children = self._meta().get('children')
        return children and [result_from_tuple(child, self.app) for child in children]

    # Stored only with result_extended.
    name = property(lambda self: self._meta().get('name'))
    args = property(lambda self: self._meta().get('args'))
    kwargs = property(lambda self: self._meta().get('kwargs'))
    worker = property(lambda self: self._meta().get('worker'))
    retries = property(lambda self: self._meta().get('retries'))
    queue = property(lambda self: self._meta().get('queue'))

    @property
    def date_done(self):
        from datetime import datetime

        done = self._meta().get('date_done')
        return datetime.fromisoformat(done) if isinstance(done, str) else done

    def ready(self):
        return self.state in states.READY_STATES

    def successful(self):
        return self.state == states.SUCCESS

    def failed(self):
        return self.state == states.FAILURE

    def get(
        self, timeout=None, propagate=True, interval=0.5, no_ack=True, follow_parents=True, callback=None,
        on_message=None, on_interval=None, disable_sync_subtasks=True, **_others,
    ):  # fmt: skip
        """Waits for the result; raises what the task raised."""
        if self.ignored:
            return None
        if disable_sync_subtasks:
            assert_will_not_block()
        looks_back = bool(follow_parents and propagate and self.parent)
        if looks_back:
            self._maybe_reraise_parent_error()
        if self._cache is None:
            meta = self._wait(timeout, on_message, on_interval, looks_back)
            if meta['status'] in states.READY_STATES:
                self._known(meta)
            # As Celery, which looks once more when it has heard of the end: the error of a chord's header, not ChordError.
            if looks_back and meta['status'] in states.PROPAGATE_STATES:
                self._maybe_reraise_parent_error()
        if propagate:
            self.maybe_throw(callback=callback)
        elif callback is not None:
            callback(self.id, self.result)
        return self.result

    wait = get

    def _wait(self, timeout, on_message, on_interval, looks_back):
        asked = {'taskId': self.id, 'timeoutSeconds': timeout}
        if on_message is None and on_interval is None and not looks_back:
            return _read(lambda: bridge.ask('wait-for-result', **asked))

        def on_told(text):
            meta = json.loads(text, object_hook=object_hook)
            if meta is None:
                looks_back and self._maybe_reraise_parent_error()
                on_interval and on_interval()
            elif on_message is not None:
                on_message(meta)

        return _read(lambda: bridge.ask('wait-for-result', on_told=on_told, tells=True, **asked))

    def _maybe_reraise_parent_error(self):
        for node in reversed(list(self._parents())):
            node.maybe_throw()

    def _parents(self):
        node = self.parent
        while node:
            yield node
            node = node.parent

    def iterdeps(self, intermediate=False):
        """Itself and all that came of it: pairs of who sent, and what was sent."""
        stack = deque([(None, self)])
        while stack:
            parent, node = stack.popleft()
            yield parent, node
            if node.ready():
                stack.extend((node, child) for child in node.children or [])
            elif not intermediate:
                raise IncompleteStream()

    def build_graph(self, intermediate=False, formatter=None):
        """What came of it, as a picture can be drawn of it; `intermediate` also when not everything has ended."""
        graph = DependencyGraph(formatter=formatter or GraphFormatter(root=self.id, shape='oval'))
        for parent, node in self.iterdeps(intermediate=intermediate):
            graph.add_arc(node)
            if parent:
                graph.add_edge(parent, node)
        return graph

    @cached_property
    def graph(self):
        return self.build_graph()

    def collect(self, intermediate=False, **kwargs):
        for _, node in self.iterdeps(intermediate=intermediate):
            yield node, node.get(**kwargs)

    def get_leaf(self):
        value = None
        for _, node in self.iterdeps():
            value = node.get()
        return value

    def maybe_throw(self, propagate=True, callback=None):
        meta = self._meta()
        if meta['status'] in states.PROPAGATE_STATES and propagate:
            exc = exception_from_stored(meta['result'])
            raise exc
        if callback is not None:
            callback(self.id, self.result)
        return self.result

    maybe_reraise = maybe_throw

    throw = maybe_throw

    def forget(self):
        """Deletes what is stored of it and of those before it."""
        self._cache = None
        if self.parent:
            self.parent.forget()
        bridge.ask('forget', taskId=self.id)

    def revoke(self, connection=None, terminate=False, signal=None, wait=False, timeout=None):
        """The workers ignore the task; with `terminate` the one that runs it ends it."""
        return self.app.control.revoke(
            self.id, connection=connection, terminate=terminate, signal=signal, reply=wait, timeout=timeout
        )

    def revoke_by_stamped_headers(
        self, headers, connection=None, terminate=False, signal=None, wait=False, timeout=None
    ):
        return self.app.control.revoke_by_stamped_headers(
            headers, connection=connection, terminate=terminate, signal=signal, reply=wait, timeout=timeout
        )

    def as_tuple(self):
        return (self.id, self.parent and self.parent.as_tuple()), None

    def as_list(self):
        """Its id and those before it."""
        return [self.id, *(self.parent.as_list() if self.parent else ())]

    def __copy__(self):
        return type(self)(self.id, None, None, self.app, self.parent)

    def __getattr__(self, name):
        return _missing(name)

    def __str__(self):
        return str(self.id)

    def __repr__(self):
        return f'<{type(self).__name__}: {self.id}>'

    def __hash__(self):
        return hash(self.id)

    def __eq__(self, other):
        if isinstance(other, AsyncResult):
            return other.id == self.id
        return other == self.id if isinstance(other, str) else NotImplemented

    def __reduce__(self):
        return type(self), (self.id, None, None, None, self.parent)


def as_they_come(results, timeout, until_failure):
    """Each when it is known; groups among them, and what is known already, first."""
    waited = {}
    for result in results:
        if isinstance(result, AsyncResult) and result._cache is None:
            waited.setdefault(result.id, []).append(result)
        else:
            yield result
    if not waited:
        return
    # A failure among those that are known was raised by now, if it had to be.
    metas = _read(
        lambda: bridge.ask(
            'wait-for-results', taskIds=[*waited], timeoutSeconds=timeout or None, untilFailure=until_failure
        )
    )
    for meta in metas:
        for result in waited[meta['task_id']]:
            result._known(meta)
            yield result


def _read(ask):
    try:
        text = ask()
    except bridge.Refused as exc:
        if exc.name == 'TimeoutError':
            raise TimeoutError('The operation timed out.') from None
        if exc.name in _UNREADABLE:
            raise _UNREADABLE[exc.name](exc.message) from None
        raise OperationalError(exc.message) from None
    return json.loads(text, object_hook=object_hook)
