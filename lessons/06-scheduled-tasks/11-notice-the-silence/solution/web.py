"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import time

import database

# The tally comes every second here, so three seconds without one are a reason to look.
LATE_SECONDS = 3


def front_page():
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.'


def buy():
    """Sells one ticket: a row in the table of orders."""
    order_id = database.insert('orders', email='ada@example.com', sold_at=time.time(), tally=None)
    return '201 Created', f'Order {order_id} is yours.'


def health():
    """Does the tally still come? Something outside has to ask this page every minute or so."""
    runs = database.find('last_runs', id='tally')
    silent = time.time() - max((run['at'] for run in runs), default=0)
    if silent > LATE_SECONDS:
        return '503 Service Unavailable', f'No tally for {silent:.0f} s. Is beat running?'
    return '200 OK', f'The last tally came {silent:.1f} s ago.'


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    if request == ('GET', '/'):
        status, text = front_page()
    elif request == ('POST', '/buy'):
        status, text = buy()
    elif request == ('GET', '/health'):
        status, text = health()
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
