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


def note_run(name):
    """Says when a job ran last, for whoever watches it from outside."""
    try:
        database.insert('last_runs', id=name, at=time.time())
    except database.AlreadyThere:
        database.update('last_runs', name, at=time.time())


@app.task
def tally_sales():
    """Counts every order that no tally has counted yet, whenever it was sold."""
    note_run('tally')
    with database.transaction() as db:
        waiting = db.find('orders', tally=None)
        # update() without columns takes hold of the row: another tally waits, and then sees that it is counted.
        mine = [order for order in waiting if db.update('orders', order['id'])['tally'] is None]
        if not mine:
            return 'nothing new'
        tally_id = db.insert('tallies', tickets=len(mine))
        for order in mine:
            db.update('orders', order['id'], tally=tally_id)
        return f'{len(mine)} tickets'
