"""Harbour's jobs. This step is about the sales summary, which takes longer than its own interval."""

import time

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


@app.task
def sales_summary():
    """Adds up everything that was ever sold."""
    time.sleep(SUMMARY_SECONDS)
    return 'summed up'
