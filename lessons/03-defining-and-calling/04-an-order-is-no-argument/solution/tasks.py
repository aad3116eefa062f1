"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

from celery import Celery

import database
from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task(name='tasks.send_confirmation')
def confirm_order(order_id):
    """Mails one buyer that the ticket is theirs."""
    order = database.get('orders', order_id)
    send_mail(order['email'], f'Your seat is kept, order {order_id}', 'Thank you!', f'order {order_id}')


@app.task
def send_reminder(number, email):
    """Mails one guest that the evening is near."""
    send_mail(email, f'Tonight at eight, reminder {number}', 'See you at the harbour.', f'reminder {number}')
