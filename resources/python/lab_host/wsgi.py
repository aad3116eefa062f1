"""Calls the learner's WSGI app for one request and collects the whole response. PEP 3333"""
import io
import sys
from urllib.parse import unquote_to_bytes

from lab_host import bridge, shown_traceback, workspace

#: What the app gave for the response that is on its way: its close() comes after the last byte.
_responding = None


def call(request, body):
    """Answers {status, reason, headers} and gives the body; or {error: traceback text}. Both say whether the app's answer `closes`.

    If it does, close() has to follow once the response has gone, or is not going to.
    """
    global _responding
    _responding = None
    app = workspace.find_wsgi_app(sys.modules[request['module']])
    started = {}

    def start_response(status, headers, exc_info=None):
        if started and exc_info is None:
            raise AssertionError('start_response() was called a second time without exc_info')
        if not isinstance(status, str) or len(status) < 3 or not (status[:3].isascii() and status[:3].isdigit()):
            raise AssertionError(f"start_response() expects a status such as '200 OK', not {status!r}")
        for header in headers:
            if not (isinstance(header, tuple) and len(header) == 2 and all(isinstance(part, str) for part in header)):
                raise AssertionError(f'start_response() expects a list of (name, value) texts, found {header!r}')
        started.update(status=status, headers=list(headers))
        return written.append

    written = []
    try:
        result = app(environ_of(request, body), start_response)
        _responding = result if hasattr(result, 'close') else None
        for chunk in result:
            if not isinstance(chunk, bytes):
                raise AssertionError(f'a WSGI app gives its body as a list of bytes, found {type(chunk).__name__}')
            written.append(chunk)
        if not started:
            raise AssertionError('the WSGI app returned without calling start_response()')
    except Exception as exc:
        return {**_error(exc), 'closes': _responding is not None}
    status = started['status']
    bridge.give_bytes(b''.join(written))
    closes = _responding is not None
    return {'status': int(status[:3]), 'reason': status[3:].strip(), 'headers': started['headers'], 'closes': closes}


def close():
    """Calls the close() of what the app gave. Answers null or {error: traceback text}."""
    global _responding
    result, _responding = _responding, None
    try:
        result.close()
    except Exception as exc:
        return _error(exc)
    return None


def _error(exc):
    return {'error': ''.join(shown_traceback.of(exc, from_learner=True).format())}


def environ_of(request, body):
    path, _, query = request['target'].partition('?')
    environ = {
        'REQUEST_METHOD': request['method'],
        'SCRIPT_NAME': '',
        # As PEP 3333 wants it: bytes in the shape of latin-1 text.
        'PATH_INFO': unquote_to_bytes(path).decode('latin-1'),
        'QUERY_STRING': query,
        'SERVER_NAME': '127.0.0.1',
        'SERVER_PORT': str(request['port']),
        'SERVER_PROTOCOL': 'HTTP/1.1',
        'REMOTE_ADDR': request['remoteAddress'],
        'wsgi.version': (1, 0),
        'wsgi.url_scheme': 'http',
        'wsgi.input': io.BytesIO(body),
        'wsgi.errors': sys.stderr,
        'wsgi.multithread': False,
        'wsgi.multiprocess': False,
        'wsgi.run_once': False,
        'CONTENT_LENGTH': str(len(body)) if body or request['method'] in ('POST', 'PUT', 'PATCH') else '',
        'CONTENT_TYPE': '',
    }
    for name, value in request['headers']:
        key = name.upper().replace('-', '_')
        if key == 'CONTENT_TYPE':
            environ[key] = value
        elif key != 'CONTENT_LENGTH':
            key = f'HTTP_{key}'
            environ[key] = f'{environ[key]}, {value}' if key in environ else value
    return environ
