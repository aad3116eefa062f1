"""Harbour's jobs."""

from celery import Celery

from outside import send_mail

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL
app.conf.task_routes = {'tasks.send_*': {'queue': 'mails'}}  # nobody has told the workers yet


@app.task
def send_confirmation(order_id, email):
    """Mails one buyer that the ticket is theirs."""
    send_mail(email, f'Your ticket, order {order_id}', key=order_id)
    return f'order {order_id} confirmed to {email}'
