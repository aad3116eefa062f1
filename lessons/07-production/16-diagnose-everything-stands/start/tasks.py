"""Harbour's jobs, as they run in production."""

import json
import os
from urllib.request import urlopen

from celery import Celery

from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def send_confirmation(order_id, email='ada@example.com'):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', 'Thank you! Your seat is kept.', key=order_id)


@app.task
def check_seats(event):
    """Asks the hall's service. An answer such as 503 or 429 raises HTTPError, which is an OSError."""
    with urlopen(f"{os.environ['API_URL']}/seats/{event}") as answer:
        return json.load(answer)['free']
