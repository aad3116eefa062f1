"""Harbour's jobs, as they run in production."""

import time

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def make_report(seconds):
    """The week's sales: one long job."""
    time.sleep(seconds)
    return f'report after {seconds} s'
