"""One connection in Redis' own protocol (RESP 2). redis-py: redis/connection.py"""
import builtins
import socket

from redis.exceptions import AuthenticationError, ConnectionError, DataError, ResponseError, TimeoutError


def encoded(value, encoding='utf-8'):
    """A bool is refused, as by redis-py: Redis would give back '1' or 'True', and nobody knows which was meant."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode(encoding)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value).encode()
    kind = type(value).__name__
    raise DataError(f"Invalid input of type: '{kind}'. Convert to a bytes, string, int or float first.")


class Connection:
    """Opened when it is first needed, and anew after it was lost. A command that may have reached Redis is not repeated."""

    def __init__(self, host, port, db, username, password, timeout, connect_timeout):
        self._address = (host, int(port))
        self._db = int(db)
        self._credentials = [one for one in (username, password) if one is not None] if password is not None else None
        self._timeout, self._connect_timeout = timeout, connect_timeout
        self._socket = self._file = None

    def call(self, commands, waits=None):
        """Sends lists of arguments in one go; answers one reply for each, errors among them as exceptions.

        `waits`: as long as the command itself may wait in Redis, in seconds; 0 for ever.
        """
        try:
            self._open()
            return self._call(commands, self._timeout if waits is None else waits + 5 if waits else None)
        except OSError as exc:
            self.close()
            if isinstance(exc, PermissionError):
                raise  # no Redis of this app: the words say which can be reached
            if isinstance(exc, builtins.TimeoutError):
                raise TimeoutError('Timeout reading from socket') from exc
            raise ConnectionError(f'Connection to Redis lost: {exc}') from exc
        except BaseException:
            self.close()  # interrupted between a command and its reply: the next reply would be of another one
            raise

    def close(self):
        file, opened = self._file, self._socket
        self._socket = self._file = None
        if opened is not None:
            file.close()
            opened.close()

    def _call(self, commands, timeout):
        self._socket.settimeout(timeout)
        self._socket.sendall(b''.join(map(_packed, commands)))
        return [self._reply() for _ in commands]

    def _open(self):
        if self._socket is not None and self._is_open():
            return
        self.close()
        host, port = self._address
        try:
            self._socket = socket.create_connection(self._address, self._connect_timeout or self._timeout)
        except ConnectionRefusedError as exc:
            raise ConnectionError(f'Error {exc.errno} connecting to {host}:{port}. Connection refused.') from None
        self._file = self._socket.makefile('rb')
        greeting = [['AUTH', *self._credentials]] if self._credentials else []
        greeting += [['SELECT', self._db]] if self._db else []
        for reply in self._call(greeting, self._timeout) if greeting else ():
            if isinstance(reply, ResponseError):
                self.close()
                raise AuthenticationError(str(reply)) if self._credentials else reply

    def _is_open(self):
        """Nothing is expected here: what comes is the end of a connection that broke meanwhile."""
        self._socket.settimeout(0.001)
        try:
            self._socket.recv(1)
        except builtins.TimeoutError:
            return True
        except OSError:
            return False
        return False

    def _reply(self):
        line = self._file.readline()
        if not line.endswith(b'\r\n'):
            raise OSError('Connection closed by server.')
        kind, rest = line[:1], line[1:-2]
        if kind == b'+':
            return rest
        if kind == b'-':
            return ResponseError(rest.decode().removeprefix('ERR '))
        if kind == b':':
            return int(rest)
        if int(rest) < 0:
            return None
        if kind == b'$':
            return self._file.read(int(rest) + 2)[:-2]
        return [self._reply() for _ in range(int(rest))]


def _packed(arguments):
    parts = [encoded(one) for one in arguments]
    return b''.join([b'*%d\r\n' % len(parts), *(b'$%d\r\n%b\r\n' % (len(part), part) for part in parts)])
