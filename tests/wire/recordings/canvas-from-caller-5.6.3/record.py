"""Writes canvases.json: what Celery 5.6.3 makes of each line of canvases.txt, without a broker.

For each: its repr, its plain data, and what a caller's program sends when it is applied. Ids are named in their order.
Needs celery 5.6.3 and redis on the path: python3 record.py
"""
import contextlib
import json
import re
from pathlib import Path

from celery import Celery, chain, chord, group, signature  # noqa: F401  the lines use them
from kombu.utils.json import dumps

app = Celery('tasks', broker='redis://127.0.0.1:1/0', backend='redis://127.0.0.1:1/0')


def task(name):
    def body(*args):
        """Never runs."""

    body.__name__, body.__module__ = name, 'tasks'
    return app.task(body, typing=False)


add, mul, xsum, same, on_err = (task(name) for name in ('add', 'mul', 'xsum', 'same', 'on_err'))
sends = []


class Producer:
    class connection:
        _reraise_as_library_errors = staticmethod(lambda *args, **kwargs: contextlib.nullcontext())

    auto_declare = True
    serializer = 'json'

    def publish(self, body, **kwargs):
        headers = {key: value for key, value in kwargs['headers'].items() if key != 'origin'}
        properties = {
            key: kwargs[key] for key in ('correlation_id', 'reply_to', 'immutable', 'priority', 'routing_key') if key in kwargs
        }
        sends.append({'publish': {'headers': headers, 'properties': properties, 'body': body}})


Celery.producer_or_acquire = lambda self, producer=None: contextlib.nullcontext(Producer())
app.backend.on_task_call = lambda producer, task_id: {}
app.backend.set_chord_size = lambda group_id, size: sends.append({'size': [group_id, size]})
app.backend.save_group = lambda group_id, result: sends.append({'save': [group_id, result.as_tuple()]})
app.backend.add_pending_result = lambda *args, **kwargs: None


class Call:
    """What the line calls its signature with."""

    def apply_async(self, args=(), kwargs=None, **options):
        return {'args': args, 'kwargs': kwargs or {}, 'options': options}

    def __call__(self, body):
        return {'args': (), 'kwargs': {'body': body}, 'options': {}}


def recorded(line):
    source, _, call = line.partition(' ;; ')
    call = call or 'apply_async()'
    canvas = eval(source)
    entry = {'source': source, 'repr': repr(canvas), 'signature': canvas, 'call': call, **eval('Call().' + call)}
    entry = json.loads(dumps(entry))
    sends.clear()
    result = eval('canvas.' + call)
    entry['sends'] = json.loads(dumps(sends))
    entry['result'] = None if result is None else json.loads(dumps(result.as_tuple()))
    names = {}
    uuid = r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
    return re.sub(uuid, lambda match: names.setdefault(match[0], f'<id {len(names) + 1}>'), json.dumps(entry))


here = Path(__file__).parent
lines = (here / 'canvases.txt').read_text().splitlines()
(here / 'canvases.json').write_text('[\n' + ',\n'.join(recorded(line) for line in lines) + '\n]\n')
