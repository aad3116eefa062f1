"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.parse import quote
from urllib.request import urlopen

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded

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


def free_seats(event, timeout=None):
    """Asks the hall. An answer such as 503 or 429 raises HTTPError, which is an OSError; so does silence."""
    with urlopen(f"{os.environ['API_URL']}/seats/{quote(event)}", timeout=timeout) as answer:
        return json.load(answer)['free']


@app.task
def ask_with_timeout(event):
    """Gives up on the call by itself."""
    return len(free_seats(event, timeout=2))


@app.task(soft_time_limit=2)
def ask_with_soft_limit(event):
    """Is interrupted, and may tidy up."""
    try:
        return len(free_seats(event))
    except SoftTimeLimitExceeded:
        send_mail('ops@harbour.example', f'No seat map for {event}')
        raise


@app.task(time_limit=3)
def ask_with_hard_limit(event):
    """Is killed, with the process it runs in."""
    return len(free_seats(event))
