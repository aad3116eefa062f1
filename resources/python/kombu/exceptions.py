"""Kombu's exceptions by their names and tree. kombu: kombu/exceptions.py, amqp/exceptions.py"""

TimeoutError = TimeoutError

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


class SerializerNotInstalled(KombuError):
    """Support for the requested serialization type is not here."""


class ContentDisallowed(SerializerNotInstalled):
    """The content type is not in accept_content."""


class NotBoundError(KombuError):
    """An entity is asked for something that needs a channel."""


class MessageStateError(KombuError):
    """The message has been acknowledged already."""


class LimitExceeded(KombuError):
    """A pool's limit is reached."""


class ConnectionLimitExceeded(LimitExceeded):
    """Too many connections are open."""


class ChannelLimitExceeded(LimitExceeded):
    """Too many channels are open."""


class VersionMismatch(KombuError):
    """A library has the wrong version."""


class AMQPError(Exception):
    """Base of what connections and channels raise."""


class ConnectionError(AMQPError):
    """The connection failed."""


class ChannelError(AMQPError):
    """The channel failed."""


class RecoverableConnectionError(ConnectionError):
    """The connection failed, and another one may be tried."""


class ResourceError(RecoverableConnectionError):
    """Something is missing or in use."""


class InconsistencyError(ConnectionError):
    """What was found contradicts itself."""


class HttpError(Exception):
    """A request was answered with an error."""

    def __init__(self, code, message=None, response=None):
        self.code, self.message, self.response = code, message, response
        super().__init__(code, message, response)


def reraise(tp, value, tb=None):
    """Raises the exception with that traceback."""
    raise value.with_traceback(tb)
