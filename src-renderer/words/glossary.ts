/** One definition for each of Celery's words, shown wherever the word stands on the stage, and listed in the glossary. */

export const GLOSSARY = {
  task: 'A function that a worker can run: in Python, and in this app in TypeScript as well. Its name travels in a message; the code itself never does.',
  message:
    'What is in the queue: headers, properties and a body with the arguments. A copy made at the moment of the call.',
  broker: 'Keeps messages until a worker takes them. Here: Redis.',
  'append-only file':
    'Redis’ log of every change, on disk. What is in it is there again after a restart; without it, or a snapshot, a broker that stops forgets all.',
  queue: 'A list in the broker. Messages wait in it, first in, first out.',
  delivery:
    'One handing-out of a message to one worker. A message that is handed out twice has two deliveries and one task id.',
  unacked:
    'Taken by a worker and not yet acknowledged. The broker keeps a copy, so that it can hand the message out again.',
  ack: 'The worker tells the broker to forget the message. By default this comes before the task runs; it says nothing about success.',
  worker: 'A program that takes messages and has them run. Usually one parent process, and a pool of children.',
  mingle:
    'The greeting of workers: one that starts asks those that run which tasks were revoked, and what their clocks say.',
  child: 'A process of the worker’s pool. It runs one task at a time.',
  held: 'Taken by the worker, waiting for a free child. The prefetch count limits how many; those with an eta come on top.',
  prefetch: 'How many unacked messages a worker may hold at a time: 4 for each child, unless you say otherwise.',
  result:
    'A record with the state of the task and what it returned, stored apart from the queue and for a limited time.',
  'result store':
    'Where result records lie; Celery calls it the result backend. Here a database of its own, apart from the broker. Without one, tasks run all the same and nobody can ask about them.',
  state:
    'The last word that was written about a task: STARTED, SUCCESS, FAILURE, RETRY, REVOKED, or a word of the task’s own.',
  PENDING:
    'No record: the task waits, runs, was lost, is long done, or never was. Nobody writes PENDING; it is what you read when nobody wrote anything.',
  'time to live':
    'How long a result record is kept before the store deletes it: a day, unless result_expires says otherwise.',
  signature:
    'A call that has not been made: a task’s name, its arguments and options, as data. add.s(2, 2) makes one; chains, groups and chords are put together from them.',
  group: 'Several tasks sent together, to run side by side.',
  chain: 'Tasks one after the other. The next one is sent when the one before has succeeded, with what it returned.',
  chord: 'A group, and a task that is called once with all that its parts returned. When a part fails, it is given up.',
  'error callback': 'A task that is called when another one has failed: link_error, or on_error of a signature.',
  ledger:
    'What really happened in the outside world: each mail, call and file, with the task and the process it came from.',
  'bound task': 'A task that gets itself as its first argument (bind=True), and so knows its id and which try this is.',
  retry: 'The task asked to be run again. A retry is a new message with the same task id.',
  redelivered: 'Handed out before, to a worker that did not finish with it.',
  lost: 'Its process vanished after the ack, or the broker came back without it. Nobody can hand it out again.',
  beat: 'The clock: a program of its own that publishes tasks when they are due. It runs no task and knows of no worker.',
  schedule:
    'What beat goes by: entries, each with a task, its arguments and how often. Read from the code when beat starts.',
  crontab:
    'A schedule by the clock on the wall: minute, hour, day of month, month, day of week. In the app’s time zone.',
  expiry:
    'A moment written into the message. A worker that takes it later than that throws it away unrun and says so: revoked.',
  overlap: 'Two runs of one task at the same time, because a run takes longer than its schedule’s interval.',
  lock: 'A note that says “I am at it”, kept where every worker looks. It needs an end of its own, or it outlives its holder.',
  slot: 'Room for one task at a time: with prefork a child, so that a worker has as many slots as its concurrency says.',
  concurrency: 'How many tasks a worker runs at the same time: its number of slots. By default the number of cores.',
  priority: 'A number at a message. On Redis 0 comes first, and there are four lists for each queue: 0, 3, 6 and 9.',
  'rate limit':
    'How many tasks of one name a worker starts within a second, minute or hour. Each worker counts for itself.',
  'warm stop': 'SIGTERM: the worker takes nothing new and waits until its running tasks are done.',
  'cold stop': 'SIGQUIT: running tasks are cut off. What was not acked goes back to the queue.',
  'soft shutdown':
    'Celery 5.5 and newer: the seconds that a cold stop gives running tasks before it cuts them off. Off by default.',
  recycling: 'A child ends after so many tasks, or above so much memory, and a new one takes its place.',
  monitor:
    'A program that listens to Celery’s events, such as Flower. What is sent while it does not listen, it never hears of.',
  registered:
    'Known to a worker by its name. The worker throws away a message whose task it does not know, and says so in its log.',
  arguments: 'What a task is called with, copied into the message as JSON. Small and plain, and best an id.',
  eta: 'The time before which a task must not run. A countdown of 4 seconds is an eta 4 seconds from now. It waits in a worker’s memory.',
  route: 'The rule that says into which queue a task’s messages go. Who sends the message looks it up.',
  transaction:
    'Changes of a database that happen together or not at all. Others see them once they have been committed.',
  'early ack':
    'Celery’s default: the worker acks a message just before the task begins. A task whose process dies is then lost.',
  'late ack':
    'acks_late: the worker acks when the task has ended. A task whose worker dies is handed out again, so it may run twice.',
  'reject on worker lost':
    'A switch beside late ack: when a child dies, its message goes back to the queue instead of away.',
  'visibility timeout':
    'How long a message may stay unacked before it counts as lost and is put back into the queue: an hour by default on Redis.',
  revoke:
    'To call out to the workers that run at this moment: do not run this task id. It touches no queue, and a worker that was away has not heard it.',
  pool: 'How a worker runs tasks: prefork with child processes, threads, solo with none of either. It decides what a slot is.',
  prefork: 'Celery’s default pool: one child process for each slot, started beforehand.',
  backoff: 'Waits between retries that double each time, up to a limit.',
  jitter:
    'The wait is drawn at random, from nothing up to what the backoff says, so that what failed together does not come back together.',
  'soft limit':
    'soft_time_limit: an exception raised in the task after so many seconds, once. The task may tidy up, or swallow it.',
  'hard limit': 'time_limit: the child is killed after so many seconds, with whatever it was at.',
  event:
    'A notice that a worker sends over the broker, such as task-succeeded, to whoever listens at that moment. Nobody keeps it. Those about tasks come only from workers that were started with -E, or asked for them.',
  eager: 'task_always_eager: a call runs the task here and now, without a message. For tests, and it proves little.',
  outbox:
    'The app’s record of what really left: mails, calls, files. (Elsewhere also a table of messages that are still to be sent.)',
} as const

export type GlossaryWord = keyof typeof GLOSSARY
