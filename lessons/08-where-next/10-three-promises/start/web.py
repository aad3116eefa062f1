"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import itertools
import time

from tasks import send_confirmation

# Starts from the clock, so that numbers go on rising when this process restarts.
order_numbers = itertools.count(int(time.time()) % 100_000)


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    status, text = '202 Accepted', 'We are at it.'
    if request == ('POST', '/order'):
        send_confirmation.delay(next(order_numbers), 'ada@example.com')
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
