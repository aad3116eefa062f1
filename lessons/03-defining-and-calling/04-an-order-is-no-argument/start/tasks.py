"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import os
import smtplib
from email.message import EmailMessage

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


def send_mail(to, subject, text, about):
    """Hands one mail to the mail server. Two mails `about` the same thing are a double."""
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = to
    message['Subject'] = subject
    message['X-Order-Id'] = about
    message.set_content(text)
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)


@app.task(name='tasks.send_confirmation')
def confirm_order(order):
    """Mails one buyer that the ticket is theirs."""
    send_mail(order.email, f'Your seat is kept, order {order.id}', 'Thank you!', f'order {order.id}')


@app.task
def send_reminder(number, email):
    """Mails one guest that the evening is near."""
    send_mail(email, f'Tonight at eight, reminder {number}', 'See you at the harbour.', f'reminder {number}')
