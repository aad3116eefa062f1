/** What each piece of a message is for, in a sentence or two: shown when the learner points at it. Celery: celery/app/amqp.py, as_task_v2 */

const PARTS: Readonly<Record<string, string>> = {
  'headers.task':
    'The name of the task. The worker looks the function up by it in the code that it has loaded: the code itself does not travel.',
  'headers.id': 'The task id, made by `.delay()`. Logs, events and the result all go by it.',
  'headers.lang': 'The language of the program that sent the message. It is for information only.',
  'headers.shadow': 'Another name to show in logs, or null.',
  'headers.eta': 'Not before this time. null: as soon as somebody is free.',
  'headers.expires': 'After this time the worker throws the message away. null: it never goes stale.',
  'headers.group': 'The id of the group that this call is a part of, or null.',
  'headers.group_index': 'Its place in that group, or null.',
  'headers.retries': 'How often this task has been tried again. A retry is a new message with a higher number here.',
  'headers.timelimit':
    'How many seconds the task may take: the hard limit, then the soft one. null: no limit of its own.',
  'headers.root_id': 'The id of the first task of the workflow. A single call is its own root.',
  'headers.parent_id': 'The id of the task that sent this one. null: no task did, but a program such as the web app.',
  'headers.argsrepr':
    'The arguments as text, for logs and monitors, cut when long. The function is not called with this copy.',
  'headers.kwargsrepr':
    'The keyword arguments as text, for logs and monitors. The function is not called with this copy.',
  'headers.origin': 'Who sent it: a process id and the name of the computer.',
  'headers.ignore_result': 'true: the worker stores no result.',
  'headers.replaced_task_nesting': 'How often the task has replaced itself by another one.',
  'headers.stamped_headers': 'Names of labels that the sender put on the message, or null.',
  'headers.stamps': 'Those labels.',
  'properties.correlation_id': 'The task id once more, in the place where message brokers expect an id.',
  'properties.reply_to':
    'Where an answer would be sent if results came back as messages. Ours are stored, so nobody reads it.',
  'properties.delivery_mode': '2: keep the message on disk. Redis does not go by it: its own settings decide.',
  'properties.delivery_info': 'The exchange and the routing key. With Redis they come down to the name of a queue.',
  'properties.priority': 'With Redis 0 is the most urgent and 9 the least.',
  'properties.body_encoding': 'How the body is packed: base64. It is shown unpacked below.',
  'properties.delivery_tag':
    'The id of this message in the broker, made anew for each message that is sent. `unacked` keeps the message under it until the ack.',
  'body.args': 'The arguments. The worker calls the function with these.',
  'body.kwargs': 'The keyword arguments. The worker calls the function with these, too.',
  'body.embed': 'What is to be called afterwards: callbacks, errbacks, the rest of a chain, a chord. null: nothing.',
  'body.raw': 'The body as it was sent. It is no plain JSON, so it is not unpacked here.',
  'body.task': 'The name of the task. The worker looks the function up by it in the code that it has loaded.',
  'body.id': 'The task id. Logs, events and the result all go by it.',
}

export function sayMessagePart(path: string): string {
  return PARTS[path] ?? 'A header or property that the sender added. Celery passes it on.'
}
