"""Harbour, a small ticket office: a plain WSGI app, no framework."""

import time

import database


def front_page():
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.'


def buy():
    """Sells one ticket: a row in the table of orders."""
    order_id = database.insert('orders', email='ada@example.com', sold_at=time.time(), tally=None)
    return '201 Created', f'Order {order_id} is yours.'


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    if request == ('GET', '/'):
        status, text = front_page()
    elif request == ('POST', '/buy'):
        status, text = buy()
    else:
        status, text = '404 Not Found', 'No such page.'
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
