"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import os
import smtplib
from email.message import EmailMessage

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL

app.conf.broker_transport_options = {
    # After so many seconds in unacked a message is handed out again: 3600 by default.
    'visibility_timeout': 15,
    # Look for such messages every second. Celery's own is every 100 seconds,
    # and a kombu newer than 5.6 can be told.
    'unacked_restore_interval': 1,
    'unacked_restore_throttle': 1,
}


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = email
    message['Subject'] = f'Your ticket, order {order_id}'
    message['X-Order-Id'] = str(order_id)
    message.set_content(f'Thank you! Order {order_id} is paid, and your seat is kept.')

    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)
    return f'order {order_id} confirmed to {email}'
