"""Harbour, a small ticket office: a plain WSGI app, no framework. These pages are for its manager."""

from html import escape

from celery import chord

from pages import button, go_to, not_found, page
from tasks import alert, count_region, join_regions
from tasks import app as harbour

REGIONS = ['north', 'south', 'east', 'west', 'online']


def front_page():
    return page(
        'Harbour, for its manager',
        button('/summaries', 'Add up all regions'),
    )


def order_summary():
    """Five parts side by side, then the step that joins them."""
    parts = [count_region.s(region) for region in REGIONS]
    return chord(parts)(join_regions.s())


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
    elif request == ('POST', '/summaries'):
        status, headers, text = start(order_summary())
    elif method == 'GET' and path.startswith('/jobs/'):
        status, headers, text = job_page(path.removeprefix('/jobs/'))
    else:
        status, headers, text = not_found()
    start_response(status, [('Content-Type', 'text/html; charset=utf-8'), *headers])
    return [text.encode()]
