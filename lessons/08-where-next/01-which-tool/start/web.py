"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import itertools
import time

from tasks import send_confirmation

# Starts from the clock, so that numbers go on rising when this process restarts.
order_numbers = itertools.count(int(time.time()) % 100_000)


class ThenCall:
    """A response, and a function that the server calls once the client has it."""

    def __init__(self, text, function):
        self.text, self.function = text, function

    def __iter__(self):
        yield self.text.encode()

    def close(self):
        self.function()


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    order_id = next(order_numbers)
    if request == ('POST', '/buy/in-process'):
        answer = ThenCall('Yours. A mail will follow.', lambda: send_confirmation(order_id, 'ada@example.com'))
    elif request == ('POST', '/buy'):
        send_confirmation.delay(order_id, 'ada@example.com')
        answer = [b'Yours. A mail will follow.']
    else:
        start_response('404 Not Found', [('Content-Type', 'text/plain')])
        return [b'No such page.']
    start_response('202 Accepted', [('Content-Type', 'text/plain; charset=utf-8')])
    return answer
