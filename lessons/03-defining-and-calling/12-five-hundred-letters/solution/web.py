"""Harbour, a small ticket office: a plain WSGI app, no framework."""

from dataclasses import dataclass
from urllib.parse import parse_qs

import database
from tasks import confirm_order, sales_summary, send_letter


@dataclass
class Buyer:
    name: str
    email: str


BUYERS = [Buyer(f'Guest {number}', f'guest{number}@example.com') for number in range(1, 501)]
LETTER = 'Dear guest, the harbour opens again in May, and you are invited. ' * 30


def front_page(query):
    return '200 OK', 'Harbour tickets.  POST /buy: one ticket.  POST /summary: what has been sold.'


def buy(query):
    """Sells one ticket: the order and its seat are both there, or neither."""
    with database.transaction() as db:
        order_id = db.insert('orders', email='ada@example.com', seats=1)
        db.insert('seats', id=f'A{order_id}', order=order_id)
        db.on_commit(lambda: confirm_order.delay(order_id))
    return '202 Accepted', f'Order {order_id} is yours. A mail will follow.'


def ask_for_summary(query):
    sales_summary.delay()
    return '202 Accepted', 'The summary will come by mail.'


def announce(query):
    """Mails the season's letter to all buyers."""
    with database.transaction() as db:
        letter_id = db.insert('letters', text=LETTER)
    for buyer in BUYERS:
        send_letter.delay(letter_id, buyer.email)
    return '202 Accepted', f'{len(BUYERS)} letters are on their way.'


PAGES = {
    ('GET', '/'): front_page,
    ('POST', '/buy'): buy,
    ('POST', '/summary'): ask_for_summary,
    ('POST', '/announce'): announce,
}


def app(environ, start_response):
    page = PAGES.get((environ['REQUEST_METHOD'], environ['PATH_INFO']))
    if page is None:
        status, text = '404 Not Found', 'No such page.'
    else:
        status, text = page(parse_qs(environ.get('QUERY_STRING', '')))
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [text.encode()]
