"""How Harbour's pages look. Each function answers what a page returns: status, headers, text."""

STYLE = 'body { font: 15px system-ui; margin: 1.5rem } progress { width: 100% } code { background: #eee }'


def page(title, *lines, refresh=False):
    """An HTML page. With `refresh` the browser loads it again after a second."""
    again = '<meta http-equiv="refresh" content="1">' if refresh else ''
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>{again}'
    body = ''.join(f'<p>{line}</p>' for line in lines)
    return '200 OK', [], f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'


def go_to(path):
    """Sends the browser on to another page."""
    return '303 See Other', [('Location', path)], ''


def not_found():
    return '404 Not Found', [], '<p>No such page.</p>'


def button(path, text):
    """A line for a page: a button that sends POST."""
    return f'<form method="post" action="{path}"><button>{text}</button></form>'
