"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery

from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.broker_transport_options = {
    'visibility_timeout': 10,  # seconds; Celery's own is 3600
    # Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    'unacked_restore_interval': 1,
    'unacked_restore_throttle': 1,
}


@app.task
def fulfil(order_id, email):
    """Asks the hall whether there are seats, then confirms the order."""
    free_seats('gala')
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
