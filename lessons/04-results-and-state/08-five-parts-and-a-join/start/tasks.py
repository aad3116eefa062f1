"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import time

from celery import Celery

from outside import send_mail

app = Celery('harbour')

TICKETS = {'north': 4210, 'south': 3350, 'east': 2905, 'west': 1822, 'online': 4700}


@app.task
def count_region(region):
    """One part of the summary. The pause stands for a slow query."""
    time.sleep(2.5)
    return TICKETS[region]


@app.task
def join_regions(numbers):
    """Called once, with what all parts returned."""
    return f'{sum(numbers)} tickets in all regions'


@app.task
def alert(request, exc, traceback):
    """Mails the manager that a job went wrong."""
    send_mail('manager@harbour.example', f'Job {request.id} failed: {exc}', 'Somebody should look at it.')
