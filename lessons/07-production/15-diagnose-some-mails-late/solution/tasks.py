"""Harbour's jobs, as they run in production."""

import time

from celery import Celery

from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.worker_prefetch_multiplier = 1
app.conf.task_acks_late = True


@app.task
def send_confirmation(order_id, email='ada@example.com'):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', 'Thank you! Your seat is kept.', key=order_id)


@app.task
def make_report(seconds):
    """The week's sales: one long job."""
    time.sleep(seconds)
    return f'report after {seconds} s'
