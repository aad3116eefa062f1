"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its buyers."""

import database
from pages import button, go_to, not_found, page
from tasks import app as harbour
from tasks import print_tickets


def front_page():
    return page(
        'Harbour tickets',
        button('/orders', 'Buy ten tickets'),
    )


def place_order():
    order_id = database.insert('orders', state='waiting', seen=None)
    task = print_tickets.delay(order_id)
    database.update('orders', order_id, task_id=task.id)
    return go_to(f'/orders/{order_id}')


def latest_order():
    """The order that was placed last, as the database knows it: what a process had in memory is gone when it restarts."""
    orders = database.find('orders')
    return go_to(f"/orders/{orders[-1]['id']}") if orders else page('Your order', 'There is none yet.')


def order_page(order_id):
    """Says whether the tickets of an order are waiting, running, done, or whether nobody knows."""
    order = database.get('orders', order_id)
    state = harbour.AsyncResult(order['task_id']).state
    words = {'PENDING': 'pending', 'STARTED': 'running', 'SUCCESS': 'done', 'FAILURE': 'failed'}
    return page(f'Order {order_id}', f'Your tickets: <b>{words[state]}</b>', refresh=state != 'SUCCESS')


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    method, path = request
    if request == ('GET', '/'):
        status, headers, text = front_page()
    elif request == ('POST', '/orders'):
        status, headers, text = place_order()
    elif request == ('GET', '/orders/latest'):
        status, headers, text = latest_order()
    elif method == 'GET' and path.startswith('/orders/'):
        status, headers, text = order_page(path.removeprefix('/orders/'))
    else:
        status, headers, text = not_found()
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
