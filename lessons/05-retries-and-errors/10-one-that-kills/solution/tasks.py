"""Harbour's jobs: tickets that are drawn by a library with a weakness."""

import os

from celery import Celery

import database
from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


def times_begun(task_id):
    """How often a task has begun, this time included. Kept in the database: this process may be gone in a moment."""
    try:
        database.insert('begun', id=task_id, times=1)
        return 1
    except database.AlreadyThere:
        times = database.get('begun', task_id)['times'] + 1
        database.update('begun', task_id, times=times)
        return times


def draw(name):
    """Stands for a library in C: it does not raise, it takes the process along."""
    if not name.isascii():
        os._exit(139)
    return f'a ticket for {name}'


@app.task(bind=True, acks_late=True, reject_on_worker_lost=True)
def draw_ticket(self, order_id, name):
    """Draws the ticket of one order, unless it has been begun too often."""
    if times_begun(self.request.id) > 3:
        database.insert('parked', id=self.request.id, order=order_id, name=name)
        send_mail('ops@harbour.example', f'Order {order_id} is parked')
        return 'parked'
    return draw(name)
