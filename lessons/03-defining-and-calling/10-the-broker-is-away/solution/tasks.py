"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import time

from celery import Celery

import database
from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.task_routes = {'tasks.sales_summary': {'queue': 'reports'}}
app.conf.broker_transport_options = {'max_retries': 0}  # a page tries once to reach the broker


@app.task(name='tasks.send_confirmation', ignore_result=True)
def confirm_order(order_id):
    """Mails one buyer that the ticket is theirs."""
    order = database.get('orders', order_id)
    send_mail(order['email'], f'Your seat is kept, order {order_id}', 'Thank you!', f'order {order_id}')


@app.task
def send_reminder(order_id):
    """Mails one buyer that the evening is near."""
    order = database.get('orders', order_id)
    send_mail(order['email'], f'Tonight at eight, order {order_id}', 'See you at the harbour.', f'reminder {order_id}')


@app.task
def sales_summary():
    """Adds up all orders and mails the sum to the manager."""
    time.sleep(2)  # stands for a long query
    seats = sum(order['seats'] for order in database.find('orders'))
    number = database.insert('summaries', seats=seats)
    send_mail('manager@harbour.example', f'Summary {number}: {seats} seats sold', 'As asked.', f'summary {number}')
