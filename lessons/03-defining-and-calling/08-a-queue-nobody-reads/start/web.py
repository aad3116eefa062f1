"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from urllib.parse import parse_qs

import database
from tasks import confirm_order, sales_summary, send_reminder

# The reminder: seconds until it may go out, and until it is not worth sending any more.
REMIND_AFTER = 4
REMIND_UNTIL = 60


def front_page(query):
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /summary: what has been sold.'


def buy(query):
    """Sells one ticket, has it confirmed by mail, and later has the buyer reminded."""
    order_id = database.insert('orders', email='ada@example.com', seats=1)
    confirm_order.delay(order_id)
    send_reminder.apply_async((order_id,), countdown=REMIND_AFTER, expires=REMIND_UNTIL)
    return '202 Accepted', f'Order {order_id} is yours. A mail will follow.'


def ask_for_summary(query):
    sales_summary.delay()
    return '202 Accepted', 'The summary will come by mail.'


PAGES = {
    ('GET', '/'): front_page,
    ('POST', '/buy'): buy,
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
