"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded

from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def ask_with_timeout(event):
    """Gives up on the call by itself."""
    return len(free_seats(event, timeout=2))


@app.task(soft_time_limit=2)
def ask_with_soft_limit(event):
    """Is interrupted, and may tidy up."""
    try:
        return len(free_seats(event, timeout=None))
    except SoftTimeLimitExceeded:
        send_mail('ops@harbour.example', f'No seat map for {event}')
        raise


@app.task(time_limit=3, acks_late=True, reject_on_worker_lost=True)
def ask_with_hard_limit(event):
    """Is killed, with the process it runs in. Does its message come back?"""
    return len(free_seats(event, timeout=None))
