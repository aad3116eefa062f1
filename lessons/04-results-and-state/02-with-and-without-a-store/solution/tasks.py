"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import os
import time

from celery import Celery

app = Celery('harbour', backend=os.environ['RESULT_STORE_URL'])

# Tickets sold in 2025, month by month.
SALES = [812, 640, 905, 1120, 1480, 2210, 2540, 2490, 1630, 1010, 760, 1390]


@app.task
def sum_up(year):
    """The sales summary. The pause stands for a slow query of each month."""
    tickets = 0
    for sold in SALES:
        time.sleep(0.3)
        tickets += sold
    return f'{tickets} tickets in {year}'
