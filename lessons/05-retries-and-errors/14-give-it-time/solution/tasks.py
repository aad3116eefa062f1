"""Harbour's jobs: a report that takes its time."""

import os
import smtplib
import time
from email.message import EmailMessage

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.broker_transport_options = {
    'visibility_timeout': 60,  # seconds; Celery's own is 3600
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


@app.task(acks_late=True, reject_on_worker_lost=True)
def sales_report(day):
    """Six seconds of work, then a mail to the office."""
    time.sleep(6)
    send_mail('office@harbour.example', f'Sales of {day}', key=f'report {day}')
