"""The few parts of kombu that a task module meets: its JSON and its exceptions. Messages are built by the engine."""
from kombu.entity import Exchange, Queue, binding  # noqa: F401
from lab_host.not_covered import name_of

__getattr__ = name_of('kombu')
