"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from tasks import watch_seats


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    status, text = '202 Accepted', 'We are at it.'
    if request == ('POST', '/watch'):
        watch_seats.delay('gala')
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
