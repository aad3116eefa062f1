"""Harbour's jobs, as they run in production."""

from celery import Celery

from outside import free_seats

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def check_seats(event):
    """Asks the hall's service. An answer such as 503 or 429 raises HTTPError, which is an OSError."""
    return free_seats(event, timeout=5)


@app.task
def draw_ticket(number):
    """Draws a ticket: nothing but computing, here about a sixth of a second of it."""
    return sum(pixel * pixel % 7 for pixel in range(500_000))
