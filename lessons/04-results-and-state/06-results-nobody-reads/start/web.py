"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its manager."""

from tasks import count_view

STYLE = 'body { font: 15px system-ui; margin: 1.5rem } progress { width: 100% } code { background: #eee }'


def page(title, *lines, refresh=False):
    """An HTML page. With `refresh` the browser loads it again after a second."""
    again = '<meta http-equiv="refresh" content="1">' if refresh else ''
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>{again}'
    body = ''.join(f'<p>{line}</p>' for line in lines)
    return '200 OK', [], f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'


def button(path, text):
    return f'<form method="post" action="{path}"><button>{text}</button></form>'


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
        status, headers, text = '404 Not Found', [], '<p>No such page.</p>'
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
