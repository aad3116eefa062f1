"""Receivers of `before_task_publish` and `after_task_publish`: the engine asks them about each message that it sends for this
process, be it of the code's own calls or what follows a task. Celery: celery/app/amqp.py (send_task_message)
"""
from celery import signals
from kombu.serialization import json_dumps, json_loads
from lab_host import bridge

_told = (False, False)


def tell_listening():
    """Before anything that may send: whether there is anybody to be asked."""
    global _told
    listening = (bool(signals.before_task_publish.receivers), bool(signals.after_task_publish.receivers or signals.task_sent.receivers))
    if listening != _told:
        _told = listening
        bridge.ask('listen-to-publishing', before=listening[0], after=listening[1])


def publishing(when, text):
    """Before: answers what the receivers have made of headers, body and properties. After: nothing."""
    message = json_loads(text)
    name, headers, body = message['name'], message['headers'], message['body']
    if message['isProtocol2']:
        body = tuple(body)
    where = {'exchange': message['exchange'], 'routing_key': message['routingKey']}
    if when == 'after':
        signals.after_task_publish.send(sender=name, body=body, headers=headers, **where)
        if signals.task_sent.receivers:  # older than Celery 4, and still there
            _tell_sent(name, headers, body)
        return 'null'
    properties = message['properties']
    signals.before_task_publish.send(
        sender=name,
        body=body,
        declare=[],
        headers=headers,
        properties=properties,
        retry_policy=message['retryPolicy'],
        **where,
    )
    return json_dumps({'headers': headers, 'body': body, 'properties': properties})


def _tell_sent(name, headers, body):
    if isinstance(body, tuple):
        args, kwargs, about = body[0], body[1], {**headers, 'taskset': headers.get('group')}
    else:
        args, kwargs, about = body['args'], body['kwargs'], body
    sent = {'task_id': about.get('id'), 'task': name, 'args': args, 'kwargs': kwargs}
    signals.task_sent.send(sender=name, **sent, eta=about.get('eta'), taskset=about.get('taskset'))
