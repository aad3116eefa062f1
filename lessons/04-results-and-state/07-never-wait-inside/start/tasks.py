"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import time

from celery import Celery

app = Celery('harbour')

SALES = [812, 640, 905, 1120, 1480, 2210, 2540, 2490, 1630, 1010, 760, 1390]


@app.task
def sum_up(year):
    """The sales summary. The pause stands for a slow query of each month."""
    tickets = 0
    for sold in SALES:
        time.sleep(0.1)
        tickets += sold
    return tickets


@app.task
def write_report(year):
    """Has the sales summed up by a task of its own, waits for it, and writes about it."""
    summary = sum_up.delay(year)
    for _ in range(30):  # gives up after 6 seconds; without this limit it would wait for ever
        if summary.ready():
            return f'In {year} we sold {summary.result} tickets.'
        time.sleep(0.2)
    raise TimeoutError('waited 6 seconds, and the summary had not even begun')
