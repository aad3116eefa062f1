"""The part of redis-py that tasks commonly use, over the sockets of lab_host: `redis.Redis(...)`, `redis.from_url(...)`.

Only the Redis of the app's own broker and result store can be reached. What is not here says its name.
"""
from redis.client import Redis, StrictRedis, from_url
from redis.exceptions import (
    AuthenticationError,
    ConnectionError,
    DataError,
    RedisError,
    ResponseError,
    TimeoutError,
)

__all__ = [
    'AuthenticationError', 'ConnectionError', 'DataError', 'Redis', 'RedisError', 'ResponseError',
    'StrictRedis', 'TimeoutError', 'from_url',
]  # fmt: skip
