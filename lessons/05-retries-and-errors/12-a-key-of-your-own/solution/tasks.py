"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery

import database
from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task
def check_seats(event):
    """How many seats of one event are free."""
    return len(free_seats(event))


@app.task(acks_late=True, reject_on_worker_lost=True)
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs, once."""
    try:
        database.insert('mails', id=f'confirmation of order {order_id}')
    except database.AlreadyThere:
        return f'order {order_id} was confirmed before'
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
