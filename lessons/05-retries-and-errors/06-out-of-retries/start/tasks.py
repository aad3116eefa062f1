"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery, Task

from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


class Parked(Task):
    """A task that is not thrown away when its retries have run out."""

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        """Called once, in the worker, after the last attempt."""
        # Put the call where it can wait, and tell somebody.


@app.task(base=Parked, autoretry_for=(OSError,), max_retries=2, default_retry_delay=1)
def check_seats(event):
    """How many seats of one event are free."""
    return len(free_seats(event))


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
