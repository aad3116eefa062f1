"""`app.send_task`: a call by name, as data for the engine, which builds and publishes the message. Celery: celery/app/base.py"""
import warnings

from celery import _state
from celery.app.routes import route
from celery.app.sending import ARGSREPR_MAXSIZE, ask_to_send, option_as_data, parent_as_data
from celery.exceptions import AlwaysEagerIgnored
from celery.utils.saferepr import saferepr
from kombu.serialization import json_dumps
from lab_host.not_covered import attribute_of

_missing = attribute_of('Celery')


class Publishing:
    """The part of an app that sends."""

    def send_task(
        self,
        name,
        args=None,
        kwargs=None,
        countdown=None,
        eta=None,
        task_id=None,
        producer=None,
        connection=None,
        router=None,
        result_cls=None,
        expires=None,
        publisher=None,
        link=None,
        link_error=None,
        add_to_parent=True,
        group_id=None,
        group_index=None,
        retries=0,
        chord=None,
        reply_to=None,
        time_limit=None,
        soft_time_limit=None,
        root_id=None,
        parent_id=None,
        route_name=None,
        shadow=None,
        chain=None,
        task_type=None,
        replaced_task_nesting=0,
        **options,
    ):
        for given, what in ((producer, 'producer='), (connection, 'connection='), (router, 'router=')):
            if given is not None:
                _missing(f'send_task({what}…)')
        if self.conf.task_always_eager:
            warnings.warn(AlwaysEagerIgnored('task_always_eager has no effect on send_task'), stacklevel=2)
        named = dict(
            countdown=countdown, eta=eta, task_id=task_id, expires=expires, link=link, link_error=link_error,
            group_id=group_id, group_index=group_index, retries=retries or None, chord=chord, reply_to=reply_to,
            time_limit=time_limit, soft_time_limit=soft_time_limit, root_id=root_id, parent_id=parent_id,
            shadow=shadow, chain=chain, replaced_task_nesting=replaced_task_nesting or None,
            add_to_parent=None if add_to_parent else False, **options,
        )  # fmt: skip
        args = [] if args is None else args
        kwargs = {} if kwargs is None else kwargs
        if not isinstance(args, (list, tuple)):
            raise TypeError('task args must be a list or tuple')
        if not isinstance(kwargs, dict):
            raise TypeError('task keyword arguments must be a mapping')
        named = route(self.conf.task_routes, named, route_name or name, args, kwargs, task_type)
        task = _state.get_current_worker_task()
        answer = ask_to_send(
            name=name,
            argsJson=json_dumps(args),
            kwargsJson=json_dumps(kwargs),
            argsrepr=options.get('argsrepr') or saferepr(args, ARGSREPR_MAXSIZE),
            kwargsrepr=options.get('kwargsrepr') or saferepr(kwargs, ARGSREPR_MAXSIZE),
            options={key: option_as_data(key, value) for key, value in named.items() if value is not None},
            parent=None if task is None else parent_as_data(task.request),
        )
        result = (result_cls or self.AsyncResult)(answer['taskId'])
        result.ignored = bool(options.get('ignore_result'))
        if task is not None and add_to_parent:
            task.add_trail(result)
        return result
