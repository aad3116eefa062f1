"""A look into Redis by plain sockets: what is in `unacked`, in a list, on a channel. Works wherever Python has sockets."""
import json
import os
import socket
from urllib.parse import urlsplit


class Probe:
    def __init__(self):
        url = urlsplit(os.environ['CELERY_BROKER_URL'])
        host, port = os.environ['REDIS_PROBE'].split(':')
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._file = self._socket.makefile('rb')
        self.db = int(url.path.strip('/') or 0)
        self.ask('AUTH', url.password)
        self.ask('SELECT', self.db)

    def ask(self, *words):
        self.tell(*words)
        return self.hear()

    def tell(self, *words):
        out = b'*%d\r\n' % len(words)
        for word in words:
            word = word if isinstance(word, bytes) else str(word).encode()
            out += b'$%d\r\n%s\r\n' % (len(word), word)
        self._socket.sendall(out)

    def hear(self):
        line = self._file.readline().rstrip(b'\r\n')
        kind, rest = line[:1], line[1:]
        if kind == b'+':
            return rest.decode()
        if kind == b'-':
            raise RuntimeError(rest.decode())
        if kind == b':':
            return int(rest)
        if kind == b'$':
            return None if rest == b'-1' else self._file.read(int(rest) + 2)[:-2].decode()
        if kind == b'*':
            return None if rest == b'-1' else [self.hear() for _ in range(int(rest))]
        raise RuntimeError(f'not an answer of Redis: {line!r}')

    def close(self):
        self._file.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


_probe = None


def redis(*words):
    """One command on a connection that stays."""
    global _probe
    if _probe is None:
        _probe = Probe()
    return _probe.ask(*words)


def unacked_ids():
    """Ids of the tasks that some worker holds and has not acked."""
    held = redis('HVALS', 'unacked')
    return [json.loads(text)[0]['headers'].get('id') for text in held]


def waiting_in(queue):
    """The envelopes in a queue, next one first."""
    return [json.loads(text) for text in reversed(redis('LRANGE', queue, 0, -1))]


class Listener:
    """Events as they are published, from the moment it is made."""

    def __init__(self, pattern='celeryev/*'):
        self._probe = Probe()
        self._probe.ask('PSUBSCRIBE', f'/{self._probe.db}.{pattern}')

    def next(self):
        """A list of event bodies; task events come in lists, worker events alone."""
        import base64

        _, _, _, text = self._probe.hear()
        envelope = json.loads(text)
        body = json.loads(base64.b64decode(envelope['body']))
        return body if isinstance(body, list) else [body]

    def until(self, fact, wanted):
        """Collects until `wanted(event)` is true; answers everything heard up to there."""
        heard = []
        while True:
            for event in self.next():
                heard.append(event)
                if wanted(event):
                    return heard
            assert len(heard) < 10_000, f'never heard: {fact}'

    def close(self):
        self._probe.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()
