"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its manager."""

from html import escape

from celery import chain

from pages import button, go_to, not_found, page
from tasks import app as harbour
from tasks import sum_up, write_report


def front_page():
    return page(
        'Harbour, for its manager',
        button('/reports', 'Write the report of 2025'),
    )


def order_report(year):
    """Sends whatever a report needs, and returns the result of its last task."""
    return chain(sum_up.s(year), write_report.s(year)).delay()


def start(result):
    """Shows the page of a job that has just been sent."""
    return go_to(f'/jobs/{result.id}')


def job_page(task_id):
    """Where a job is, as far as the result store knows."""
    result = harbour.AsyncResult(task_id)
    state = result.state
    lines = [f'Job <code>{escape(task_id)}</code>', f'State: <b>{state}</b>']
    if state == 'PROGRESS':
        done, of = result.info['done'], result.info['of']
        lines.append(f'<progress value="{done}" max="{of}"></progress> {100 * done // of} %')
    elif result.ready():
        lines.append(f'<progress value="1" max="1"></progress> {escape(str(result.result))}')
    return page('Your job', *lines, refresh=not result.ready())


def app(environ, start_response):
    request = environ['REQUEST_METHOD'], environ['PATH_INFO']
    method, path = request
    if request == ('GET', '/'):
        status, headers, text = front_page()
    elif request == ('POST', '/reports'):
        status, headers, text = start(order_report(2025))
    elif method == 'GET' and path.startswith('/jobs/'):
        status, headers, text = job_page(path.removeprefix('/jobs/'))
    else:
        status, headers, text = not_found()
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
