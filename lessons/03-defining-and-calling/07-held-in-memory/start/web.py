"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from urllib.parse import parse_qs

import database
from tasks import confirm_order, sales_summary, send_reminder

# The reminder: seconds until it may go out. In a real ticket office this would be days.
REMIND_AFTER = 60


def front_page(query):
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /remind-all: 40 reminders.'


def buy(query):
    """Sells one ticket and has it confirmed by mail."""
    order_id = database.insert('orders', email='ada@example.com', seats=1)
    confirm_order.delay(order_id)
    return '202 Accepted', f'Order {order_id} is yours. A mail will follow.'


def remind_all(query):
    """Has 40 buyers reminded, each of an order of their own."""
    for number in range(1, 41):
        order_id = database.insert('orders', email=f'guest{number}@example.com', seats=1)
        send_reminder.apply_async((order_id,), countdown=REMIND_AFTER)
    return '202 Accepted', '40 buyers will be reminded.'


def ask_for_summary(query):
    sales_summary.delay()
    return '202 Accepted', 'The summary will come by mail.'


PAGES = {
    ('GET', '/'): front_page,
    ('POST', '/buy'): buy,
    ('POST', '/remind-all'): remind_all,
    ('POST', '/summary'): ask_for_summary,
}


def app(environ, start_response):
    page = PAGES.get((environ['REQUEST_METHOD'], environ['PATH_INFO']))
    if page is None:
        status, text = '404 Not Found', 'No such page.'
    else:
        status, text = page(parse_qs(environ.get('QUERY_STRING', '')))
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
