"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import time

from celery import Celery

import database

app = Celery('harbour')
app.conf.task_track_started = True
app.conf.result_expires = 3  # seconds; a day when this is left out


@app.task
def print_tickets(order_id):
    """Prints the ten tickets of one order, which takes 5 seconds."""
    for _ in range(10):
        database.update('orders', order_id, state='running', seen=time.time())  # “I am still here”
        time.sleep(0.5)
    database.update('orders', order_id, state='done', seen=time.time())
    return f'tickets of order {order_id} printed'
