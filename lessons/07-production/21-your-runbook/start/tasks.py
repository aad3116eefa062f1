"""Harbour's jobs, as they run in production."""

import os
import smtplib
import time
from email.message import EmailMessage

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.worker_prefetch_multiplier = 1
app.conf.task_acks_late = True


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
def make_report(seconds):
    """The week's sales: one long job."""
    time.sleep(seconds)
    return f'report after {seconds} s'
