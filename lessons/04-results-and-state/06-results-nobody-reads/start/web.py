"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its manager."""

from pages import button, not_found, page
from tasks import count_view


def front_page():
    return page(
        'Harbour, for its manager',
        button('/views', '500 people look at a show'),
    )


def count_views(how_many):
    for _ in range(how_many):
        count_view.delay('Harbour lights')
    return page('Views', f'{how_many} views were handed over to be counted.')


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    if request == ('GET', '/'):
        status, headers, text = front_page()
    elif request == ('POST', '/views'):
        status, headers, text = count_views(500)
    else:
        status, headers, text = not_found()
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
