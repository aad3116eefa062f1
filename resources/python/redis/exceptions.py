"""redis-py: redis/exceptions.py"""


class RedisError(Exception):
    pass


class ConnectionError(RedisError):
    pass


class TimeoutError(RedisError):
    pass


class AuthenticationError(ConnectionError):
    pass


class ResponseError(RedisError):
    """Redis answered with an error; its words, without the `ERR`."""


class DataError(RedisError):
    """A value that Redis has no form for."""
