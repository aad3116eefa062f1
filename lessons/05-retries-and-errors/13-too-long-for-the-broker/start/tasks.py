"""Harbour's jobs: a report that takes its time."""

import time

from celery import Celery

from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.broker_transport_options = {
    'visibility_timeout': 2,  # seconds; Celery's own is 3600
    # Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    'unacked_restore_interval': 1,
    'unacked_restore_throttle': 1,
}


@app.task(acks_late=True, reject_on_worker_lost=True)
def sales_report(day):
    """Six seconds of work, then a mail to the office."""
    time.sleep(6)
    send_mail('office@harbour.example', f'Sales of {day}', key=f'report {day}')
