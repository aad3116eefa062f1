"""Exceptions of kombu that reach a task module. kombu: kombu/exceptions.py"""


class KombuError(Exception):
    """Common base."""


class OperationalError(KombuError):
    """The broker or the result backend could not be reached."""


class SerializationError(KombuError):
    """A value could not be written or read."""


class EncodeError(SerializationError):
    """A value could not be written."""


class DecodeError(SerializationError):
    """A text could not be read."""


class ContentDisallowed(SerializationError):
    """The content type is not in accept_content."""


class SerializerNotInstalled(KombuError):
    """Support for the requested serialization type is not here."""
