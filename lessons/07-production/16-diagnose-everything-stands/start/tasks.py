"""Harbour's jobs, as they run in production."""

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.request import urlopen

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def send_confirmation(order_id, email='ada@example.com'):
    """Mails one buyer that the ticket is theirs."""
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = email
    message['Subject'] = f'Your ticket, order {order_id}'
    message['X-Order-Id'] = str(order_id)
    message.set_content(f'Thank you! Order {order_id} is paid, and your seat is kept.')
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)


@app.task
def check_seats(event):
    """Asks the hall's service. An answer such as 503 or 429 raises HTTPError, which is an OSError."""
    with urlopen(f"{os.environ['API_URL']}/seats/{event}") as answer:
        return json.load(answer)['free']
