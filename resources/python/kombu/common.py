"""`Broadcast`: a queue of which every worker has one of its own, so that every worker gets every message.

kombu: kombu/common.py
"""
import uuid

from kombu.entity import Exchange, Queue


class Broadcast(Queue):
    """Known by `name`, called `bcast.<uuid>`, bound to a fanout exchange of that name."""

    def __init__(self, name=None, queue=None, unique=False, auto_delete=True, exchange=None, alias=None, **kwargs):
        own = '{}.{}'.format(queue or 'bcast', uuid.uuid4()) if unique or not queue else queue
        super().__init__(
            name=own,
            alias=alias or name,
            auto_delete=auto_delete,
            exchange=Exchange(name, type='fanout') if exchange is None else exchange,
            **kwargs,
        )
