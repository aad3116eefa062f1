"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

from celery import Celery

app = Celery('harbour')


@app.task
def count_view(show):
    """Counts that somebody has looked at a show. Nobody ever asks what this returned."""
    return f'{show} was looked at'
