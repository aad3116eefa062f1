"""A `_socket` module whose sockets ask the host: the standard socket.py, urllib, http.client and smtplib run on it unmodified.

Only the services of the lab can be reached; the host holds that rule (src-main/python-host/service-sockets.ts), this
file gives its answers the shape that Python code expects. CPython: Modules/socketmodule.c
"""
import errno
import importlib
import sys
import types

from celery._state import get_current_worker_task
from lab_host import bridge

# Errors of the network carry Linux's numbers, as on a machine where real Celery runs; WebAssembly has its own.
_ERRORS = {
    'EPIPE': (32, 'Broken pipe'),
    'ENETUNREACH': (101, 'Network is unreachable'),
    'ECONNABORTED': (103, 'Software caused connection abort'),
    'ECONNRESET': (104, 'Connection reset by peer'),
    'ENOTCONN': (107, 'Transport endpoint is not connected'),
    'ETIMEDOUT': (110, 'Connection timed out'),
    'ECONNREFUSED': (111, 'Connection refused'),
    'EHOSTUNREACH': (113, 'No route to host'),
}
_CLASSES = {
    'EPIPE': BrokenPipeError,
    'ECONNABORTED': ConnectionAbortedError,
    'ECONNRESET': ConnectionResetError,
    'ECONNREFUSED': ConnectionRefusedError,
    'ETIMEDOUT': TimeoutError,
}
_LOOPBACK = {'localhost', '127.0.0.1', '::1', 'ip6-localhost', '', None}

_default_timeout = None
_services = []
_hostname = 'localhost'


class AddressRefused(PermissionError):
    """The lab's Python may reach the lab's services and nothing else: (13, what was asked and what is allowed)."""


def _raise(refused):
    if refused.name == 'AddressRefused':
        raise AddressRefused(13, refused.message) from None
    if refused.name == 'timeout':
        raise TimeoutError('timed out') from None
    if refused.code in _ERRORS:
        number, words = _ERRORS[refused.code]
        raise _CLASSES.get(refused.code, OSError)(number, words) from None
    raise OSError(5, refused.message) from None


def _refusal(asked):
    allowed = ', '.join(f'{service["name"]} at {service["host"]}:{service["port"]}' for service in _services)
    return AddressRefused(13, f'{asked} is outside the lab: Python here may reach {allowed or "no address at all"}')


class socket:
    """A TCP client. The subclass in socket.py adds makefile() and the context manager."""

    # socket.py's subclass brings its own __weakref__ slot, and reads family and type through super().
    __slots__ = ('_family', '_type', '_proto', '_handle', '_timeout', '_peer', '_name')
    family = property(lambda self: self._family)
    type = property(lambda self: self._type)
    proto = property(lambda self: self._proto)

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is not None:
            raise OSError(22, 'a socket cannot be made from a file number here')
        self._family = 2 if family == -1 else family
        self._type = 1 if type == -1 else type
        self._proto = 0 if proto == -1 else proto
        self._handle = None
        self._timeout = _default_timeout
        self._peer = None
        self._name = ('0.0.0.0', 0)

    @property
    def timeout(self):
        return self._timeout

    def gettimeout(self):
        return self._timeout

    def settimeout(self, value):
        if value is not None:
            value = float(value)
            if value < 0:
                raise ValueError('Timeout value out of range')
            if value == 0:
                raise OSError(95, 'non-blocking sockets are not covered here: give a timeout in seconds')
        self._timeout = value

    def setblocking(self, flag):
        self.settimeout(None if flag else 0.0)

    def getblocking(self):
        return True

    def _milliseconds(self):
        return None if self._timeout is None else self._timeout * 1000

    def connect(self, address):
        if self._type & 0xF != 1:
            raise _refusal('a datagram socket')
        host, port = address[0], address[1]
        task = get_current_worker_task()
        try:
            answer = bridge.ask(
                'connect',
                host=host,
                port=port,
                timeoutMs=self._milliseconds(),
                task=None if task is None else {'id': task.request.id, 'attempt': task.request.retries + 1},
            )
        except bridge.Refused as refused:
            _raise(refused)
        self._handle = answer['socket']
        self._peer = (host, port)
        self._name = ('127.0.0.1', answer['localPort'])

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as exc:
            return exc.errno or 11
        return 0

    def _open_handle(self):
        if self._handle is None:
            raise OSError(*_ERRORS['ENOTCONN'])
        return self._handle

    def sendall(self, data, flags=0):
        try:
            bridge.ask('send', payload=bytes(data), socket=self._open_handle(), timeoutMs=self._milliseconds())
        except bridge.Refused as refused:
            _raise(refused)

    def send(self, data, flags=0):
        self.sendall(data)
        return memoryview(data).nbytes

    def recv(self, size, flags=0):
        if size < 0:
            raise ValueError('negative buffersize in recv')
        try:
            return bridge.ask_bytes(
                'receive', socket=self._open_handle(), maxBytes=size, timeoutMs=self._milliseconds()
            )
        except bridge.Refused as refused:
            _raise(refused)

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast('B')
        data = self.recv(nbytes or len(view))
        view[: len(data)] = data
        return len(data)

    def shutdown(self, how):
        bridge.ask('shutdown', socket=self._open_handle())

    def close(self):
        handle, self._handle = self._handle, None
        if handle is not None:
            bridge.tell('close', socket=handle)

    def detach(self):
        self.close()
        return -1

    def fileno(self):
        return -1 if self._handle is None else self._handle

    def getpeername(self):
        if self._peer is None:
            raise OSError(*_ERRORS['ENOTCONN'])
        return self._peer

    def getsockname(self):
        return self._name

    def setsockopt(self, *_arguments):
        """Nothing here depends on one."""

    def getsockopt(self, *_arguments):
        return 0

    def bind(self, address):
        raise _refusal(f'listening at {address!r}')

    def listen(self, *_arguments):
        raise _refusal('listening')

    def _accept(self):
        raise _refusal('accepting a connection')

    def sendto(self, data, *address):
        raise _refusal(f'a datagram to {address[-1]!r}')

    def __del__(self):
        try:
            self.close()
        except Exception:
            # The interpreter or the bridge is gone: so is the connection.
            self._handle = None


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    if isinstance(host, bytes):
        host = host.decode()
    if host not in _LOOPBACK and host != _hostname and host not in {service['host'] for service in _services}:
        raise _refusal(f'{host}:{port}')
    number = {'http': 80, 'https': 443, 'smtp': 25, None: 0}.get(port, port)
    return [(2, type or 1, proto or 6, '', ('127.0.0.1', int(number)))]


def _module():
    """The names of the built-in `_socket` that are only numbers or arithmetic, and ours over them."""
    native = importlib.import_module('_socket')
    module = types.ModuleType('_socket', 'Sockets that ask the host.')
    for name in dir(native):
        if name.isupper() and isinstance(getattr(native, name), int) and name != 'AF_UNIX':
            setattr(module, name, getattr(native, name))
    for name in ('htonl', 'htons', 'inet_aton', 'inet_ntoa', 'inet_ntop', 'inet_pton', 'ntohl', 'ntohs'):
        setattr(module, name, getattr(native, name))
    module.__dict__.update(
        socket=socket,
        SocketType=socket,
        error=OSError,
        timeout=TimeoutError,
        gaierror=native.gaierror,
        herror=native.herror,
        has_ipv6=False,
        getaddrinfo=getaddrinfo,
        getdefaulttimeout=lambda: _default_timeout,
        setdefaulttimeout=_set_default_timeout,
        gethostname=lambda: _hostname,
        gethostbyname=lambda host: getaddrinfo(host, 0)[0][4][0],
        gethostbyaddr=lambda host: (host, [], [getaddrinfo(host, 0)[0][4][0]]),
        getnameinfo=lambda address, flags: (str(address[0]), str(address[1])),
        close=lambda fd: None,
        dup=lambda fd: fd,
    )
    return module


def _set_default_timeout(value):
    global _default_timeout
    _default_timeout = None if value is None else float(value)


def replace_socket_module():
    """Before the snapshot is made: `socket` is read again over our `_socket`."""
    module = _module()
    sys.modules['_socket'] = module
    import socket as standard

    importlib.reload(standard)
    for name, (number, _) in _ERRORS.items():
        setattr(errno, name, number)
        errno.errorcode[number] = name


def start(services, hostname):
    global _hostname
    _services[:] = services
    _hostname = hostname
