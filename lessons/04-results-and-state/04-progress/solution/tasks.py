"""Harbour's jobs: work that a worker can do while the web app goes on selling."""

import os
import time

from celery import Celery

app = Celery('harbour', backend=os.environ['RESULT_STORE_URL'])

app.conf.task_track_started = True  # a record as soon as a child begins

# Tickets sold in 2025, month by month.
SALES = [812, 640, 905, 1120, 1480, 2210, 2540, 2490, 1630, 1010, 760, 1390]


@app.task(bind=True)
def sum_up(self, year):
    """The sales summary. The pause stands for a slow query of each month."""
    tickets = 0
    for month, sold in enumerate(SALES, start=1):
        time.sleep(0.3)
        tickets += sold
        self.update_state(state='PROGRESS', meta={'done': month, 'of': len(SALES)})
    return f'{tickets} tickets in {year}'
