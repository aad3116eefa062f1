"""Harbour's jobs. This step is about the sales summary, which takes longer than its own interval."""

import time
import uuid

import database
from celery import Celery

app = Celery('harbour')
# Times of the clock, such as those of a crontab, are times in this zone. Without it they are UTC.
app.conf.timezone = 'Europe/Oslo'

# What beat sends, and how often. Beat reads this when it starts.
app.conf.beat_schedule = {
    'sales-summary': {'task': 'tasks.sales_summary', 'schedule': 1.0},
}

# How long one summary takes. In production: half an hour, on a schedule of ten minutes.
SUMMARY_SECONDS = 3.5


# A lock nobody gave back is anybody's after so many seconds: longer than any summary takes.
LOCK_SECONDS = 5.0


def take_lock(name, token):
    """True: the lock is ours, until we give it back or its time is over."""
    until = time.time() + LOCK_SECONDS
    try:
        database.insert('locks', id=name, token=token, until=until)  # an id can be taken once
        return True
    except database.AlreadyThere:
        pass
    try:
        with database.transaction() as db:
            held = db.update('locks', name)  # whoever writes the row first is alone with it until the commit
            if held['until'] > time.time():
                return False
            db.update('locks', name, token=token, until=until)
            return True
    except database.NotFound:  # given back in between: the next run will get it
        return False


def give_back_lock(name, token):
    """Only our own: after its time is over, somebody else may hold it."""
    try:
        with database.transaction() as db:
            if db.update('locks', name)['token'] == token:
                db.delete('locks', name)
    except database.NotFound:
        pass  # it was taken over, and given back by then


@app.task
def sales_summary():
    """Adds up everything that was ever sold, unless somebody is at it."""
    token = uuid.uuid4().hex
    if not take_lock('sales-summary', token):
        return 'somebody is at it'
    try:
        time.sleep(SUMMARY_SECONDS)
        return 'summed up'
    finally:
        give_back_lock('sales-summary', token)
