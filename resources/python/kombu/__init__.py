"""The parts of kombu that a task module meets: queues, its JSON, its exceptions. Messages are built by the engine."""
from kombu.entity import Exchange, Queue, binding
from kombu.utils.uuid import uuid

__version__ = '5.6.2'

__all__ = ('Exchange', 'Queue', 'binding', 'uuid')
