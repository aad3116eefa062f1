"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its buyers."""

import time

import database
from tasks import print_tickets

STYLE = 'body { font: 15px system-ui; margin: 1.5rem } progress { width: 100% } code { background: #eee }'
SILENT_SECONDS = 3  # a job that has not been heard of for longer may be gone
latest = None  # the order that was placed last


def page(title, *lines, refresh=False):
    """An HTML page. With `refresh` the browser loads it again after a second."""
    again = '<meta http-equiv="refresh" content="1">' if refresh else ''
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>{again}'
    body = ''.join(f'<p>{line}</p>' for line in lines)
    return '200 OK', [], f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'


def go_to(path):
    return '303 See Other', [('Location', path)], ''


def button(path, text):
    return f'<form method="post" action="{path}"><button>{text}</button></form>'


def front_page():
    return page(
        'Harbour tickets',
        button('/orders', 'Buy ten tickets'),
    )


def place_order():
    global latest
    latest = database.insert('orders', state='waiting', seen=None)
    task = print_tickets.delay(latest)
    database.update('orders', latest, task_id=task.id)
    return go_to(f'/orders/{latest}')


def order_page(order_id):
    """Says whether the tickets of an order are waiting, running, done, or whether nobody knows."""
    order = database.get('orders', order_id)
    state = order['state']
    silent = time.time() - (order['seen'] or time.time())
    if state == 'running' and silent > SILENT_SECONDS:
        state = f'unknown, last seen {silent:.0f} s ago'
    return page(f'Order {order_id}', f'Your tickets: <b>{state}</b>', refresh=state != 'done')


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    method, path = request
    if request == ('GET', '/'):
        status, headers, text = front_page()
    elif request == ('POST', '/orders'):
        status, headers, text = place_order()
    elif method == 'GET' and path.startswith('/orders/'):
        order_id = path.removeprefix('/orders/')
        status, headers, text = go_to(f'/orders/{latest}') if order_id == 'latest' else order_page(order_id)
    else:
        status, headers, text = '404 Not Found', [], '<p>No such page.</p>'
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
