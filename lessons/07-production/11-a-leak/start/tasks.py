"""Harbour's jobs, as they run in production."""

import time

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL

posters = []  # lives as long as its process


@app.task
def draw_poster(number):
    """Draws a poster of 12 MB, and forgets to throw it away."""
    posters.append(b'x' * 12_000_000)
    time.sleep(0.8)
    return f'{len(posters)} posters in this process'
