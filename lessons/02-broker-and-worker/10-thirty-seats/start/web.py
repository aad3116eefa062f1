"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import itertools
import time
from urllib.parse import parse_qs

from tasks import send_confirmation

# How POST /buy gets its mail out: 'inline' or 'background'.
MAIL = 'background'

# Starts from the clock, so that numbers go on rising when this process restarts.
order_numbers = itertools.count(int(time.time()) % 100_000)


def front_page():
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /group: ten tickets.  POST /concert: thirty.'


def buy(how):
    """Sells one ticket and confirms it by mail."""
    order_id = next(order_numbers)
    if how == 'background':
        send_confirmation.delay(order_id, 'ada@example.com')  # leaves a message for a worker
        return '202 Accepted', f'Order {order_id} is yours. A mail will follow.'
    send_confirmation(order_id, 'ada@example.com')  # sends the mail here and now
    return '201 Created', f'Order {order_id} is yours. The mail is out.'


def book_group():
    """Sells ten tickets and mails each of the ten guests."""
    for guest in range(1, 11):
        send_confirmation.delay(next(order_numbers), f'guest{guest}@example.com')
    return '202 Accepted', 'Ten tickets are yours. Ten mails will follow.'


def sell_out():
    """Sells all 30 seats of tonight's concert and mails each guest."""
    for seat in range(1, 31):
        # A task id of our own, so that one can ask later what became of each seat's mail.
        send_confirmation.apply_async((seat, f'seat{seat}@example.com'), task_id=f'seat-{seat}')
    return '202 Accepted', 'Sold out. Thirty mails will follow.'


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    if request == ('GET', '/'):
        status, text = front_page()
    elif request == ('POST', '/buy'):
        # /buy?mail=inline and /buy?mail=background choose for one request.
        query = parse_qs(environ.get('QUERY_STRING', ''))
        status, text = buy(query.get('mail', [MAIL])[0])
    elif request == ('POST', '/group'):
        status, text = book_group()
    elif request == ('POST', '/concert'):
        status, text = sell_out()
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
