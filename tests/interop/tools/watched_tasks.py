import os
import time

from celery import Celery
from celery.exceptions import Ignore, Reject

app = Celery('tasks')
app.conf.task_send_sent_event = True


@app.task
def add(x, y):
    return x + y


@app.task
def say(word, more=None):
    return {'word': word, 'more': more}


@app.task
def fail(message):
    raise ValueError(message)


class OwnError(Exception):
    def __init__(self, code, reason):
        super().__init__(code, reason)


@app.task
def own_error():
    raise OwnError(7, "it's \"so\"")


@app.task(bind=True, max_retries=3)
def again(self):
    if self.request.retries < 1:
        time.sleep(2)  # the client has surely told that it sent the first message before the second one is sent
        raise self.retry(exc=KeyError('once'), countdown=0.2)
    return self.request.retries


@app.task(acks_late=True)
def reject():
    raise Reject('not now', requeue=False)


@app.task
def ignore():
    raise Ignore()


@app.task
def nap(seconds):
    time.sleep(seconds)


@app.task
def crash():
    os._exit(3)


@app.task(time_limit=1)
def hard():
    time.sleep(60)


@app.task(soft_time_limit=1)
def soft():
    for _ in range(6000):
        time.sleep(0.01)


@app.task
def big():
    return ['x' * 30, list(range(500))]


@app.task
def parent():
    add.apply_async((1, 1), task_id='child-1')
    return None
