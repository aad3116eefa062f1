"""Harbour's jobs, as they run in production."""

from celery import Celery

from outside import free_seats

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def check_seats(event):
    """Asks the hall's service. An answer such as 503 or 429 raises HTTPError, which is an OSError."""
    return free_seats(event, timeout=5)
