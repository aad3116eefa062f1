"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from tasks import ask_with_hard_limit, ask_with_soft_limit, ask_with_timeout


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    status, text = '202 Accepted', 'We are at it.'
    if request == ('POST', '/ask/timeout'):
        ask_with_timeout.delay('gala')
    elif request == ('POST', '/ask/soft'):
        ask_with_soft_limit.delay('gala')
    elif request == ('POST', '/ask/hard'):
        ask_with_hard_limit.delay('gala')
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
