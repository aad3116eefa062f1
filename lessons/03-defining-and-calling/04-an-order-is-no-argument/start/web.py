"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from dataclasses import dataclass
from urllib.parse import parse_qs

import database
from tasks import confirm_order, send_reminder


@dataclass
class Order:
    id: int
    email: str
    seats: int


def front_page(query):
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /remind: a reminder.'


def buy(query):
    """Sells one ticket and has it confirmed by mail."""
    order_id = database.insert('orders', email='ada@example.com', seats=1)
    order = Order(order_id, 'ada@example.com', 1)
    confirm_order.delay(order)
    return '202 Accepted', f'Order {order.id} is yours. A mail will follow.'


def remind(query):
    """Reminds one guest: /remind?how=call runs the function here, /remind?how=delay asks a worker to."""
    number = database.insert('reminders', email='ada@example.com')
    if query.get('how') == ['call']:
        send_reminder(number, 'ada@example.com')
        return '201 Created', f'Reminder {number} is out.'
    send_reminder.delay(number, 'ada@example.com')
    return '202 Accepted', f'Reminder {number} will go out.'


PAGES = {
    ('GET', '/'): front_page,
    ('POST', '/buy'): buy,
    ('POST', '/remind'): remind,
}


def app(environ, start_response):
    page = PAGES.get((environ['REQUEST_METHOD'], environ['PATH_INFO']))
    if page is None:
        status, text = '404 Not Found', 'No such page.'
    else:
        status, text = page(parse_qs(environ.get('QUERY_STRING', '')))
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
