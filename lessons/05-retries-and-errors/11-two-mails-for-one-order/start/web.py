"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import itertools
import time

from tasks import check_seats, send_confirmation

# Starts from the clock, so that numbers go on rising when this process restarts.
order_numbers = itertools.count(int(time.time()) % 100_000)


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    status, text = '202 Accepted', 'We are at it.'
    if request == ('POST', '/seats'):
        check_seats.delay('gala')
    elif request == ('POST', '/seats/bug'):
        check_seats.delay(2026)  # a number, where a name belongs
    elif request == ('POST', '/buy'):
        send_confirmation.delay(next(order_numbers), 'ada@example.com')
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
