"""Sends one scenario after another, waits until its worker has nothing left to do, and tells what is in the result backend
then, in one line of JSON: no wait for a result, which may never come."""
import json
import os
import sys
import time

from redis_probe import redis
from scenarios import scenarios

MARK = '@@scenario '
#: The four priorities of a queue.
LISTS = ['celery', *(f'celery\x06\x16{priority}' for priority in (3, 6, 9))]
LIMIT_SECONDS = 60


def tell(**said):
    sys.stdout.write(MARK + json.dumps(said) + '\n')
    sys.stdout.flush()


IN_WORK = """
local count = redis.call('HLEN', 'unacked')
for _, name in ipairs(KEYS) do count = count + redis.call('LLEN', name) end
return count
"""


def idle():
    return redis('EVAL', IN_WORK, len(LISTS), *LISTS) == 0


def wait_until_idle():
    """Many times in a row: a message that a worker has just taken is nowhere for a moment. Before anything has ended, longer."""
    begun, seen = time.monotonic(), 0
    while seen < 10 or (time.monotonic() < begun + 1 and not redis('KEYS', 'celery-task-meta-*')):
        seen = seen + 1 if idle() else 0
        if time.monotonic() > begun + LIMIT_SECONDS:
            return False
        time.sleep(0.015)
    return True


def stored():
    keys = sorted(redis('KEYS', 'celery-task*'))
    results = [key for key in keys if key.startswith('celery-task-meta-')]
    documents = [json.loads(text) for text in (redis('MGET', *results) if results else ())]
    others = sorted(key.rpartition('.')[2] if '.' in key else key[:20] for key in keys if not key.startswith('celery-task-meta-'))
    if keys:
        redis('DEL', *keys)
    return {'documents': documents, 'others': others}


def run(send):
    try:
        result = send()
        answer = None if result is None else result.as_tuple()
    except Exception as exc:
        answer = f'{type(exc).__name__}: {exc}'
    return {'result': answer, 'idle': wait_until_idle(), **stored()}


def main():
    only = os.environ.get('SCENARIOS_ONLY', '')
    for name, send in scenarios():
        if only in name:
            tell(name=name, **run(send))
    tell(name=None)


main()
