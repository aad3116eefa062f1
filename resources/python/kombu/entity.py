"""Exchanges, queues and bindings as a task module declares them; to the engine they go as plain data.

kombu: kombu/entity.py
"""

TRANSIENT_DELIVERY_MODE = 1
PERSISTENT_DELIVERY_MODE = 2
DELIVERY_MODES = {'transient': TRANSIENT_DELIVERY_MODE, 'persistent': PERSISTENT_DELIVERY_MODE}


class Entity:
    """What exchanges and queues have in common: equal when they say the same, written as data by __json__."""

    def as_dict(self):
        raise NotImplementedError

    def __json__(self):
        return self.as_dict()

    def __eq__(self, other):
        return self.as_dict() == other.as_dict() if type(other) is type(self) else NotImplemented

    def __hash__(self):
        return hash((type(self).__name__, self.name))

    def __call__(self, channel=None):
        return self

    bind = maybe_bind = __call__


class Exchange(Entity):
    """Where messages are sent; how they get to queues is its type: direct, topic or fanout."""

    def __init__(self, name='', type='', channel=None, durable=None, auto_delete=None, delivery_mode=None,
                 arguments=None, no_declare=False, passive=False, **kwargs):  # fmt: skip
        self.name = name or ''
        self.type = type or 'direct'
        self.durable = True if durable is None else durable
        self.auto_delete = bool(auto_delete)
        self.delivery_mode = DELIVERY_MODES.get(delivery_mode, delivery_mode)
        self.arguments = arguments
        self.no_declare = no_declare
        self.passive = passive

    def as_dict(self):
        return {'name': self.name, 'type': self.type, 'delivery_mode': self.delivery_mode}

    def __str__(self):
        return self.name

    def __repr__(self):
        return f'<unbound Exchange {self.name}({self.type})>'


class binding:
    """How a queue is reached over an exchange."""

    def __init__(self, exchange=None, routing_key='', arguments=None, unbind_arguments=None):
        self.exchange = exchange
        self.routing_key = routing_key
        self.arguments = arguments
        self.unbind_arguments = unbind_arguments

    def __json__(self):
        exchange = self.exchange
        return {'exchange': exchange.as_dict() if isinstance(exchange, Exchange) else exchange, 'routing_key': self.routing_key}

    def __repr__(self):
        return f'<binding: {self.exchange}->{self.routing_key}>'


class Queue(Entity):
    """A list of messages, bound to an exchange by a routing key, or to several by bindings."""

    def __init__(self, name='', exchange=None, routing_key='', channel=None, bindings=None, durable=None, exclusive=None,
                 auto_delete=None, no_ack=None, alias=None, on_declared=None, expires=None, message_ttl=None,
                 max_length=None, max_length_bytes=None, max_priority=None, queue_arguments=None,
                 binding_arguments=None, consumer_arguments=None, no_declare=None, **kwargs):  # fmt: skip
        # As kombu: a list or a single binding in the place of the exchange.
        if isinstance(exchange, (list, tuple, set)):
            exchange, bindings = None, list(exchange)
        elif isinstance(exchange, binding):
            exchange, bindings = None, [exchange]
        self.name = name or ''
        self.exchange = Exchange(exchange) if isinstance(exchange, str) else exchange or Exchange()
        self.routing_key = routing_key or ''
        self.bindings = list(bindings or ())
        self.durable = True if durable is None else durable
        self.exclusive = bool(exclusive)
        self.auto_delete = bool(auto_delete)
        self.no_ack = no_ack
        self.alias = alias
        self.expires = expires
        self.message_ttl = message_ttl
        self.max_priority = max_priority
        self.queue_arguments = queue_arguments
        self.consumer_arguments = consumer_arguments

    def as_dict(self):
        return {
            'name': self.name,
            'exchange': self.exchange.as_dict(),
            'routing_key': self.routing_key,
            'bindings': [one.__json__() for one in self.bindings],
            'alias': self.alias,
            'auto_delete': self.auto_delete,
        }

    def __repr__(self):
        where = self.bindings if self.bindings else f'{self.exchange.name}({self.exchange.type}) -> {self.routing_key}'
        return f'<unbound Queue {self.name} -> {where}>'
