"""Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer."""

from celery import Celery
from celery.utils.log import get_task_logger

from outside import free_seats, send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
logger = get_task_logger(__name__)


@app.task(bind=True, max_retries=8, retry_backoff=2)
def check_seats(self, event):
    """How many seats of one event are free."""
    try:
        return len(free_seats(event))
    except OSError as error:
        logger.warning('No answer from the hall about %s: %s', event, error)
        raise self.retry(exc=error)


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
