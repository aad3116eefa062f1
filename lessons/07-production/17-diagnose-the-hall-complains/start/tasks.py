"""Harbour's jobs, as they run in production."""

import json
import os
from urllib.request import urlopen

from celery import Celery

app = Celery('harbour')  # finds the broker by CELERY_BROKER_URL


@app.task(autoretry_for=(OSError,), max_retries=4, default_retry_delay=1)
def check_seats(event):
    """Asks the hall's service. An answer such as 503 or 429 raises HTTPError, which is an OSError."""
    with urlopen(f"{os.environ['API_URL']}/seats/{event}", timeout=5) as answer:
        return json.load(answer)['free']
