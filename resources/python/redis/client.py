"""redis-py: redis/client.py"""
from urllib.parse import parse_qs, unquote, urlsplit

from redis.commands import Commands
from redis.connection import Connection
from redis.exceptions import ResponseError


class Redis(Commands):
    def __init__(
        self, host='localhost', port=6379, db=0, password=None, socket_timeout=None, socket_connect_timeout=None, *,
        encoding='utf-8', decode_responses=False, username=None, ssl=False, unix_socket_path=None, **without_effect,
    ):  # fmt: skip
        """`without_effect`: what tends a pool of connections (max_connections, socket_keepalive, health_check_interval …)."""
        if ssl or unix_socket_path is not None:
            raise NotImplementedError('redis.Redis over TLS or a unix socket is not covered by the Python side of this app')
        self._connection = Connection(host, port, db, username, password, socket_timeout, socket_connect_timeout)
        self._encoding = encoding if decode_responses else None

    @classmethod
    def from_url(cls, url, **options):
        parts = urlsplit(url)
        if parts.scheme not in ('redis', 'rediss', 'unix'):
            raise ValueError('Redis URL must specify one of the following schemes (redis://, rediss://, unix://)')
        named = {
            'host': parts.hostname, 'port': parts.port, 'username': parts.username and unquote(parts.username),
            'password': parts.password and unquote(parts.password), 'db': parts.path.strip('/'),
            **{name: values[0] for name, values in parse_qs(parts.query).items()},
        }  # fmt: skip
        if 'decode_responses' in named:
            named['decode_responses'] = named['decode_responses'].lower() in ('1', 'true', 'yes')
        if parts.scheme != 'redis':
            named['ssl'] = True
        return cls(**{**options, **{name: value for name, value in named.items() if value}})

    def execute_command(self, *arguments):
        """Any command; the reply is as Redis gives it."""
        return self._run(*arguments)

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _run(self, *arguments, convert=None, waits=None):
        (reply,) = self._connection.call([arguments], waits)
        if isinstance(reply, ResponseError):
            raise reply
        converted = reply if convert is None or reply is None else convert(reply)
        return converted if self._encoding is None else _decoded(converted, self._encoding)


def _decoded(value, encoding):
    if isinstance(value, bytes):
        return value.decode(encoding)
    if isinstance(value, dict):
        return {_decoded(key, encoding): _decoded(one, encoding) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return type(value)(_decoded(one, encoding) for one in value)
    return value


StrictRedis = Redis
from_url = Redis.from_url
