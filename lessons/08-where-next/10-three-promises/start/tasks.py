"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery

import database
from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.broker_transport_options = {
    'visibility_timeout': 10,  # seconds; Celery's own is 3600
    # Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    'unacked_restore_interval': 1,
    'unacked_restore_throttle': 1,
}


@app.task(
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OSError,),
    retry_backoff=2,
    retry_backoff_max=4,
    max_retries=None,
    rate_limit='6/s',
)
def send_confirmation(order_id, email):
    """Asks the hall whether there are seats, then confirms the order, once."""
    free_seats('gala')
    key = f'confirmation of order {order_id}'
    try:
        database.insert('mails', id=key)
    except database.AlreadyThere:
        return f'order {order_id} was confirmed before'
    try:
        send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    except OSError:
        database.delete('mails', key)  # no mail left, so the next attempt may try
        raise
    return f'order {order_id} confirmed to {email}'
