"""Harbour's jobs. This phase is about one that nobody asks for: the tally of what was sold."""

import time

import database
from celery import Celery

app = Celery('harbour')
# Times of the clock, such as those of a crontab, are times in this zone. Without it they are UTC.
app.conf.timezone = 'Europe/Oslo'

# Seconds between two tallies. In production there would be one each night.
EVERY = 1.0

# What beat sends, and how often. Beat reads this when it starts.
app.conf.beat_schedule = {
    'tally-sales': {'task': 'tasks.tally_sales', 'schedule': EVERY},
}


@app.task
def tally_sales():
    """Writes down how many tickets were sold in the last EVERY seconds."""
    now = time.time()
    recent = [order for order in database.find('orders') if order['sold_at'] > now - EVERY]
    database.insert('tallies', tickets=len(recent))
    return f'{len(recent)} tickets'
