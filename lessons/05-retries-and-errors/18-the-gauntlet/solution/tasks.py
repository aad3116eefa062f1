"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.parse import quote
from urllib.request import urlopen

import database
from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.broker_transport_options = {
    'visibility_timeout': 10,  # seconds; Celery's own is 3600
    # Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    'unacked_restore_interval': 1,
    'unacked_restore_throttle': 1,
}


def send_mail(to, subject, key=None):
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = to
    message['Subject'] = subject
    if key is not None:
        message['X-Order-Id'] = str(key)
    message.set_content(subject)
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)


def free_seats(event, timeout=2):
    """Asks the hall. An answer such as 503 or 429 raises HTTPError, which is an OSError; so does silence."""
    with urlopen(f"{os.environ['API_URL']}/seats/{quote(event)}", timeout=timeout) as answer:
        return json.load(answer)['free']


@app.task(
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OSError,),
    retry_backoff=2,
    retry_backoff_max=4,
    max_retries=None,
    rate_limit='6/s',
)
def fulfil(order_id, email):
    """Asks the hall whether there are seats, then confirms the order, once."""
    free_seats('gala')
    key = f'confirmation of order {order_id}'
    try:
        database.insert('mails', id=key)
    except database.AlreadyThere:
        return f'order {order_id} was confirmed before'
    try:
        send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    except OSError:
        database.delete('mails', key)  # no mail left, so the next attempt may try
        raise
