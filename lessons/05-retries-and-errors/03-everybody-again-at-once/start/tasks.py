"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery

from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task(autoretry_for=(OSError,), max_retries=8, default_retry_delay=2)
def check_seats(event):
    """How many seats of one event are free."""
    return len(free_seats(event))


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
