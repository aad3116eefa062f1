"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its manager."""

from html import escape

import database
from celery.utils import uuid
from tasks import app as harbour
from tasks import sum_up

STYLE = 'body { font: 15px system-ui; margin: 1.5rem } progress { width: 100% } code { background: #eee }'
latest = None  # the job that was started last


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
        'Harbour, for its manager',
        button('/summaries', 'Add up the sales of 2025'),
    )


def start_summary():
    """Writes Harbour's own row of the job, then sends it under the same id."""
    global latest
    latest = uuid()
    database.insert('jobs', id=latest, state='sent', outcome=None)
    sum_up.apply_async((2025,), task_id=latest)
    return go_to(f'/jobs/{latest}')


def job_page(task_id):
    """Where a job is: Harbour's own row says whether it is done, the result store only how far it is."""
    job = database.get('jobs', task_id)
    lines = [f'Job <code>{escape(task_id)}</code>', f'State: <b>{job["state"]}</b>']
    if job['state'] == 'done':
        lines.append(f'<progress value="1" max="1"></progress> {escape(job["outcome"])}')
        return page('Your job', *lines)
    result = harbour.AsyncResult(task_id)
    if result.state == 'PROGRESS':
        done, of = result.info['done'], result.info['of']
        lines.append(f'<progress value="{done}" max="{of}"></progress> {100 * done // of} %')
    return page('Your job', *lines, refresh=True)


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    method, path = request
    if request == ('GET', '/'):
        status, headers, text = front_page()
    elif request == ('POST', '/summaries'):
        status, headers, text = start_summary()
    elif method == 'GET' and path.startswith('/jobs/'):
        job = path.removeprefix('/jobs/')
        status, headers, text = job_page(latest if job == 'latest' and latest else job)
    else:
        status, headers, text = '404 Not Found', [], '<p>No such page.</p>'
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
