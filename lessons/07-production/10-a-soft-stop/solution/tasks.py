"""Harbour's jobs, as they run in production."""

import time

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.task_acks_late = True
app.conf.worker_soft_shutdown_timeout = 6


@app.task
def make_report(seconds):
    """The week's sales: one long job."""
    time.sleep(seconds)
    return f'report after {seconds} s'
