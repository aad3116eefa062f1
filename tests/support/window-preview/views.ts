/** Fixed views for the preview: phases, one lesson with every kind of step, files, lab. Data only, and all of it is one story. */
import type { FileView, LabView, LessonView, PhaseView, StepView } from '../../../src-main/contract/views.js'
import { CHILD_A, CHILD_B, WEB_PID, WORKER, WORKER_PID } from './story.js'

const TITLES = [
  'What Celery is and why',
  'The broker and the worker',
  'Defining and calling tasks',
  'Results and state',
  'Retries and error handling',
  'Scheduled tasks with beat',
  'Production',
  'Where to go next',
]

export function phaseViews(): readonly PhaseView[] {
  return TITLES.map((title, at) => ({
    number: at + 1,
    id: `0${String(at + 1)}`,
    title,
    difficulty: at < 3 ? 'basic' : at < 5 ? 'intermediate' : 'hard',
    available: at === 0,
    done: false,
    steps: at === 0 ? 8 : 0,
    stepsDone: at === 0 ? 2 : 0,
  }))
}

const step = (id: string, title: string, change: Partial<StepView>): StepView => ({
  id,
  title,
  kind: 'do',
  state: 'todo',
  doText: '',
  whyText: '',
  ahaText: '',
  hints: [],
  observed: '',
  checks: [],
  actions: [],
  command: [],
  shortened: [],
  prediction: null,
  questions: [],
  advice: [],
  hasSolution: true,
  file: null,
  pythonOnly: null,
  noteText: '',
  measured: [],
  ...change,
})

export function lessonView(scene: string): LessonView {
  const quiz = scene === 'quiz'
  return {
    phase: { ...(phaseViews()[0] as PhaseView) },
    introText:
      'Harbour sells tickets. A sale must **answer at once**, but a mail has to go out too. While your web app waits for the mail server, the buyer waits as well. `send_confirmation.delay()` hands that work to somebody else.',
    goals: ['feel a blocked request', 'name the four parts of the hand-off', 'know when not to use a queue'],
    steps: [
      step('one', 'Buy a ticket while the mail is sent inline', {
        state: 'done',
        observed: '1 response after 4,112 ms · mail written by pid 40140, the web app itself',
        whyText: 'The request could not end before the mail did.',
      }),
      step('two', 'Buy five at once', { state: 'done', observed: '5th response 4.9 × the 1st' }),
      step('three', 'Send the mail in the background', {
        state: quiz ? 'done' : 'now',
        doText:
          'In `web.py`, let the sale call `send_confirmation.delay(...)` instead of the function itself. Save, then buy a ticket.',
        hints: [
          'The call stays the same, with `.delay` in front of the brackets.',
          'Change `send_confirmation(email, order)` to `send_confirmation.delay(email, order)`.',
        ],
        checks: [
          {
            id: 'fast',
            label: 'A sale answers in under a second',
            passed: true,
            observed: 'POST /buy-later answered after 14 ms',
          },
          {
            id: 'other',
            label: 'Another process writes the mail',
            passed: false,
            observed: 'no mail by a worker yet; the last one came from pid 40140, the web app',
          },
        ],
        actions: [
          { label: 'Buy a ticket', do: 'buy', count: 1, path: '/buy-later', together: true },
          { label: 'kill -9 worker@1', do: 'fault', fault: { kind: 'kill-worker', worker: WORKER } },
        ],
        prediction: {
          id: 'p3',
          text: 'How long will the buyer wait now?',
          options: [
            { id: 'a', text: 'as long as before' },
            { id: 'b', text: 'a few ms' },
            { id: 'c', text: 'half' },
          ],
          many: false,
          ordered: false,
          chosen: ['b'],
          outcome: null,
        },
        observed: 'the sale answered after 14 ms; waiting for the mail of another pid',
      }),
      step('four', 'Stop the mail server, then buy both ways', {}),
      step('quiz', 'Sort six jobs', {
        kind: 'quiz',
        state: quiz ? 'now' : 'todo',
        hasSolution: false,
        doText: 'Queue it, do it now, or neither?',
        questions: [
          {
            id: 'q1',
            text: 'A PDF invoice of 40 pages',
            options: [
              { id: 'q', text: 'queue it' },
              { id: 'n', text: 'do it now' },
              { id: 'x', text: 'neither' },
            ],
            many: false,
            ordered: false,
            chosen: ['q'],
            outcome: {
              right: ['q'],
              correct: true,
              reasons: { q: 'It is slow, and the buyer can have it a minute later.' },
            },
          },
          {
            id: 'q2',
            text: 'Checking the password',
            options: [
              { id: 'q', text: 'queue it' },
              { id: 'n', text: 'do it now' },
              { id: 'x', text: 'neither' },
            ],
            many: false,
            ordered: false,
            chosen: ['q'],
            outcome: {
              right: ['n'],
              correct: false,
              reasons: { q: 'The answer depends on it: there is nothing to say before it is done.' },
            },
          },
          {
            id: 'q3',
            text: 'Which of these may be lost without harm?',
            options: [
              { id: 'a', text: 'a page-view counter that is read once a month' },
              { id: 'b', text: 'a refund' },
              { id: 'c', text: 'a cache that is being warmed' },
            ],
            many: true,
            ordered: false,
            chosen: [],
            outcome: null,
          },
        ],
      }),
      step('note', 'One job from your own project', { kind: 'note', hasSolution: false, noteText: '' }),
    ],
    language: 'python',
    stepId: quiz ? 'quiz' : 'three',
    busy: scene === 'building' ? 'Setting up the start of step 3: broker emptied, worker starting' : null,
  }
}

const WEB_PY = `"""Harbour, the ticket office: one page that sells a ticket."""
import json

from tasks import send_confirmation


def application(environ, start_response):
    order = new_order(environ)
    # The buyer waits until the mail server has taken the mail.
    send_confirmation(order["email"], order["id"])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(order).encode()]
`
const TASKS_PY = `import smtplib
from email.message import EmailMessage

from celery import Celery

app = Celery("tasks")


@app.task(bind=True, max_retries=3)
def send_confirmation(self, email, order):
    message = EmailMessage()
    message["To"] = email
    message["Subject"] = f"Your ticket {order}"
    with smtplib.SMTP("mail", 25) as server:
        server.send_message(message)
    return "sent"
`

export function filesView(scene: string): readonly FileView[] {
  const problem =
    scene === 'error'
      ? {
          code: 'python-error',
          what: "SyntaxError: '(' was never closed",
          meaning: 'Nothing was restarted: worker@1 and web go on with the last good version.',
          next: 'Close the bracket in line 7 and save again.',
          place: { file: 'tasks.py', line: 7, column: 10 },
          detail: 'Traceback (most recent call last):\n  File "tasks.py", line 7',
        }
      : null
  return [
    {
      name: 'tasks.py',
      language: 'python',
      text: TASKS_PY,
      fingerprint: 'x',
      startText: TASKS_PY,
      solutionText: TASKS_PY.replace('max_retries=3', 'max_retries=5'),
      problem,
    },
    {
      name: 'web.py',
      language: 'python',
      text: WEB_PY,
      fingerprint: 'x',
      startText: WEB_PY,
      solutionText: WEB_PY.replace('send_confirmation(', 'send_confirmation.delay('),
      problem: null,
    },
  ]
}

export function labView(scene: string): LabView {
  const dead = scene === 'dead'
  const child = (pid: number, n: number): LabView['processes'][number]['children'][number] => ({
    pid,
    label: `ForkPoolWorker-${String(n)}`,
    state: 'busy',
  })
  const base = { fingerprint: 'a1', stale: false, children: [], concurrency: null }
  if (scene === 'starting')
    return {
      state: 'starting',
      problem: null,
      redisAddress: '127.0.0.1:41873',
      redisVersion: '7.0.15',
      redis: { appendOnly: false },
      webUrl: null,
      processes: [],
      mail: { running: true, delayMs: 0 },
      api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
      db: { commitDelayMs: 0 },
      fingerprint: 'a1',
    }
  return {
    state: scene === 'failed' ? 'failed' : 'running',
    problem:
      scene === 'failed'
        ? {
            code: 'no-redis',
            what: 'No Redis server program was found on this machine.',
            meaning:
              'Without a broker nothing can be queued, so the lab did not start. Your files and progress are safe.',
            next: 'Run: sudo apt-get install redis-server. Then press Try again.',
          }
        : null,
    redisAddress: '127.0.0.1:41873',
    redisVersion: '7.0.15',
    redis: { appendOnly: false },
    webUrl: 'http://127.0.0.1:8000',
    mail: { running: scene !== 'nomail', delayMs: 4000 },
    api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    db: { commitDelayMs: 0 },
    fingerprint: 'a1',
    processes: [
      {
        ...base,
        name: WORKER,
        role: 'worker',
        pid: dead ? null : WORKER_PID,
        state: dead ? 'dead' : 'ready',
        stale: scene === 'stale',
        children: dead ? [] : [child(CHILD_A, 1), child(CHILD_B, 2)],
        concurrency: 2,
      },
      { ...base, name: 'web', role: 'web', pid: WEB_PID, state: 'ready' },
      { ...base, name: 'world', role: 'world', pid: 40150, state: 'ready' },
    ],
  }
}

export const TERMINALS: Readonly<Record<string, string>> = {
  'worker@1': [
    '[2026-11-22 11:04:18,204: INFO/MainProcess] Task tasks.send_confirmation[0c7b1e00-1001-4c2e-9f00-000000000001] received',
    "[2026-11-22 11:04:18,911: INFO/ForkPoolWorker-2] Task tasks.send_confirmation[0c7b1e00-1001-4c2e-9f00-000000000001] succeeded in 0.70s: 'sent'",
    "[2026-11-22 11:04:19,377: ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:40112 exited with 'signal 9 (SIGKILL)'",
    '[2026-11-22 11:04:19,380: WARNING/MainProcess] mingle: all alone',
    '',
  ].join('\r\n'),
  web: '127.0.0.1 "POST /buy HTTP/1.1" 200\r\n',
  world: 'mail server listens on 127.0.0.1:2525\r\n',
}
