"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import os
import smtplib
import time
from email.message import EmailMessage

from celery import Celery, chord

app = Celery('harbour')

REGIONS = {'north': 4210, 'south': 3350, 'east': 2905, 'west': 1822, 'online': 4700}


@app.task
def count_region(region):
    """One part of the summary. The pause stands for a slow query."""
    time.sleep(2.5)
    return REGIONS[region]


@app.task
def join_regions(numbers):
    """Called once, with what all parts returned."""
    return f'{sum(numbers)} tickets in all regions'


@app.task
def alert(request, exc, traceback):
    """Mails the manager that a job went wrong."""
    message = EmailMessage()
    message['From'] = 'jobs@harbour.example'
    message['To'] = 'manager@harbour.example'
    message['Subject'] = f'Job {request.id} failed: {exc}'
    message.set_content('Somebody should look at it.')
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)


def order_summary():
    """Called by the web app: five parts side by side, then the step that joins them."""
    parts = [count_region.s(region) for region in REGIONS]
    return chord(parts)(join_regions.s())
