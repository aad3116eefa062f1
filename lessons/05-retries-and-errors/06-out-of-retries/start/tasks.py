"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.parse import quote
from urllib.request import urlopen

from celery import Celery, Task

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


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


class Parked(Task):
    """A task that is not thrown away when its retries have run out."""

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        """Called once, in the worker, after the last attempt."""
        # Put the call where it can wait, and tell somebody.


@app.task(base=Parked, autoretry_for=(OSError,), max_retries=2, default_retry_delay=1)
def check_seats(event):
    """How many seats of one event are free."""
    return len(free_seats(event))


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
