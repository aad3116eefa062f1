"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from urllib.parse import parse_qs

import database
from tasks import app as harbour
from tasks import confirm_order, sales_summary, send_reminder

# The reminder: seconds until it may go out.
REMIND_AFTER = 5


def front_page(query):
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /cancel: give the newest one back.'


def buy(query):
    """Sells one ticket, has it confirmed by mail, and later has the buyer reminded."""
    order_id = database.insert('orders', email='ada@example.com', seats=1)
    confirm_order.delay(order_id)
    reminder = send_reminder.apply_async((order_id,), countdown=REMIND_AFTER)
    database.update('orders', order_id, reminder=reminder.id)
    return '202 Accepted', f'Order {order_id} is yours. A mail will follow.'


def cancel(query):
    """Gives the newest ticket back, and takes its reminder back as well."""
    order = database.find('orders')[-1]
    database.update('orders', order['id'], cancelled=True)
    harbour.AsyncResult(order['reminder']).revoke()
    return '200 OK', f'Order {order["id"]} is cancelled.'


def ask_for_summary(query):
    sales_summary.delay()
    return '202 Accepted', 'The summary will come by mail.'


PAGES = {
    ('GET', '/'): front_page,
    ('POST', '/buy'): buy,
    ('POST', '/cancel'): cancel,
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
