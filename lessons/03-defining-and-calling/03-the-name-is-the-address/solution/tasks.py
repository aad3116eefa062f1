"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

from celery import Celery

from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task(name='tasks.send_confirmation')
def confirm_order(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your seat is kept, order {order_id}', 'Thank you! Your seat is kept.', f'order {order_id}')


@app.task
def send_reminder(number, email):
    """Mails one guest that the evening is near."""
    send_mail(email, f'Tonight at eight, reminder {number}', 'See you at the harbour.', f'reminder {number}')
