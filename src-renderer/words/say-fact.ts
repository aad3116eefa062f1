/** What one fact means, in one sentence, and which source saw it. Null: noise that the timeline leaves out. */
import type {
  BeatFact,
  DatabaseFact,
  EventFact,
  Fact,
  FactOf,
  LabFact,
  ProcessFact,
  WebFact,
  WireFact,
  WorldFact,
} from '../../src-main/contract/feed.js'
import { sayBeat } from './say-beat.js'
import { sayDatabase } from './say-database.js'
import { sayFault } from './say-fault.js'
import { sayApi, sayMail } from './say-services.js'
import { count, cut, sayDuration, saySize, shortId, shortTaskName } from './say-task.js'

export interface SaidFact {
  readonly source: 'wire' | 'event' | 'process' | 'web' | 'world' | 'code' | 'lab'
  readonly text: string
  readonly taskId: string | null
  /** Coloured and shaped by the timeline; the words say it too. */
  readonly mood: 'plain' | 'good' | 'warn' | 'bad'
}

export function sayFact(fact: Fact): SaidFact | null {
  switch (fact.kind) {
    case 'message-published':
    case 'message-reserved':
    case 'message-acked':
    case 'message-restored':
    case 'result-stored':
    case 'result-asked':
    case 'result-removed':
    case 'result-count':
    case 'queues-consumed':
    case 'queue-lengths':
    case 'broker-pinged':
      return sayWire(fact)
    case 'task-event':
    case 'worker-event':
      return sayEvent(fact)
    case 'process-started':
    case 'process-ready':
    case 'process-exited':
    case 'slot':
    case 'log-line':
    case 'memory':
      return sayProcess(fact)
    case 'beat-planned':
    case 'beat-due':
    case 'beat-sent':
    case 'beat-not-sent':
      return fromBeat(fact)
    case 'http-request':
    case 'http-response':
      return sayWeb(fact)
    case 'ledger-row':
    case 'world-changed':
      return sayWorld(fact)
    case 'db-transaction':
    case 'db-row':
    case 'db-read':
    case 'db-refused':
    case 'db-cleared':
      return fromDatabase(fact)
    case 'file-saved':
      return said('code', `${fact.file} was saved`)
    case 'code-loaded':
      return said(
        'code',
        `${fact.process} (pid ${String(fact.pid)}) loaded the code: ${count(fact.tasks.length, 'task')}`,
      )
    case 'code-refused':
      return said('code', `${fact.process} did not take the new code: ${fact.problem.what}`, null, 'bad')
    default:
      return sayLab(fact)
  }
}

function said(
  source: SaidFact['source'],
  text: string,
  taskId: string | null = null,
  mood: SaidFact['mood'] = 'plain',
): SaidFact {
  return { source, text, taskId, mood }
}

function fromBeat(fact: BeatFact): SaidFact | null {
  const told = sayBeat(fact)
  return told === null ? null : { source: 'process', ...told }
}

function fromDatabase(fact: DatabaseFact): SaidFact | null {
  const told = sayDatabase(fact)
  return told === null ? null : { source: 'world', ...told }
}

function sayWire(fact: WireFact): SaidFact | null {
  switch (fact.kind) {
    case 'message-published': {
      const again = fact.redelivered ? ', delivered before' : fact.retries > 0 ? `, retry ${String(fact.retries)}` : ''
      const what = `${shortTaskName(fact.taskName)} ${shortId(fact.taskId)}`
      return said('wire', `${fact.by} published ${what} to ${fact.queue} (${saySize(fact.bytes)}${again})`, fact.taskId)
    }
    case 'message-reserved':
      return said(
        'wire',
        `${fact.by} took ${shortTaskName(fact.taskName)} ${shortId(fact.taskId)}: now unacked`,
        fact.taskId,
      )
    case 'message-acked':
      return said('wire', `${fact.by} acked ${shortId(fact.taskId)}: the broker has forgotten it`, fact.taskId)
    case 'message-restored':
      return said('wire', `${shortId(fact.taskId)} went back to the ${fact.side} of ${fact.queue}`, fact.taskId, 'warn')
    case 'result-stored': {
      const mood = fact.state === 'SUCCESS' ? 'good' : fact.state === 'FAILURE' ? 'bad' : 'plain'
      return said(
        'wire',
        `${fact.by} stored ${fact.state} for ${shortId(fact.taskId)}: ${cut(fact.resultText, 80)}`,
        fact.taskId,
        mood,
      )
    }
    case 'result-asked':
      return said('wire', `${fact.by} asked for the result of ${shortId(fact.taskId)}`, fact.taskId)
    case 'result-removed':
      return said('wire', sayRemoved(fact), fact.taskIds.length === 1 ? (fact.taskIds[0] ?? null) : null, 'warn')
    case 'queues-consumed':
      return said('wire', `${fact.by} listens to ${fact.queues.join(', ')}`)
    case 'result-count':
    case 'queue-lengths':
      return null
    case 'broker-pinged':
      return said('wire', `${fact.by} sent PING, and Redis answered PONG`)
  }
}

function sayRemoved({ why, by, taskIds }: FactOf<'result-removed'>): string {
  const [first] = taskIds
  const records =
    taskIds.length === 1 && first !== undefined
      ? `The result record of ${shortId(first)}`
      : count(taskIds.length, 'result record')
  switch (why) {
    case 'expired':
      return `${records} expired`
    case 'forgotten':
      return `${records} deleted by ${by ?? 'somebody'}`
    case 'flushed':
      return `${records} gone: the result store was emptied`
    case 'not-kept':
      return `${records} gone: Redis came back without ${taskIds.length === 1 ? 'it' : 'them'}`
  }
}

function sayEvent(fact: EventFact): SaidFact | null {
  if (fact.kind === 'worker-event') {
    if (fact.type === 'worker-heartbeat') return null
    return said('event', `${fact.hostname} says it is ${fact.type === 'worker-online' ? 'online' : 'going offline'}`)
  }
  const id = shortId(fact.taskId)
  const exception = fact.fields['exception']
  const runtime = fact.fields['runtime']
  switch (fact.type) {
    case 'task-sent':
      return said('event', `${id} was sent`, fact.taskId)
    case 'task-received':
      return said('event', `${fact.hostname} received ${id}`, fact.taskId)
    case 'task-started':
      return said('event', `${fact.hostname} started ${id}`, fact.taskId)
    case 'task-succeeded': {
      const took = typeof runtime === 'number' ? ` in ${sayDuration(runtime * 1000)}` : ''
      return said('event', `${id} succeeded${took}`, fact.taskId, 'good')
    }
    case 'task-failed':
      return said(
        'event',
        `${id} failed: ${typeof exception === 'string' ? cut(exception, 100) : 'no exception given'}`,
        fact.taskId,
        'bad',
      )
    case 'task-rejected':
      return said('event', `${id} was rejected`, fact.taskId, 'warn')
    case 'task-revoked':
      return said('event', `${id} was revoked`, fact.taskId, 'warn')
    case 'task-retried':
      return said('event', `${id} will be tried again`, fact.taskId, 'warn')
  }
}

function sayProcess(fact: ProcessFact): SaidFact | null {
  switch (fact.kind) {
    case 'process-started':
      return said('process', `${nameOf(fact)} started, pid ${String(fact.pid)}`)
    case 'process-ready':
      return said('process', `${nameOf(fact)} is ready, pid ${String(fact.pid)}`, null, 'good')
    case 'process-exited': {
      const how = fact.signal === null ? `with code ${String(fact.code)}` : `by ${fact.signal}`
      return said(
        'process',
        `${nameOf(fact)} (pid ${String(fact.pid)}) ended ${how}`,
        null,
        fact.expected ? 'plain' : 'bad',
      )
    }
    case 'slot':
      return fact.taskId === null
        ? null
        : said('process', `pid ${String(fact.pid)} of ${fact.worker} runs ${shortId(fact.taskId)}`, fact.taskId)
    default:
      return null // log lines have their terminal, memory its place in the status bar
  }
}

function nameOf(fact: FactOf<'process-started'> | FactOf<'process-ready'> | FactOf<'process-exited'>): string {
  const worker = fact.kind === 'process-ready' ? undefined : fact.worker
  return fact.role === 'pool-process' && worker !== undefined ? `A child of ${worker}` : fact.process
}

function sayWeb(fact: WebFact): SaidFact {
  if (fact.kind === 'http-request') return said('web', `${fact.method} ${fact.path} was sent to the web app`)
  const mood = fact.status >= 500 ? 'bad' : fact.durationMs > 1000 ? 'warn' : 'good'
  return said(
    'web',
    `${fact.method} ${fact.path} answered ${String(fact.status)} after ${sayDuration(fact.durationMs)}`,
    null,
    mood,
  )
}

function sayWorld(fact: WorldFact): SaidFact {
  if (fact.kind === 'world-changed')
    return said('world', `The mail server is ${sayMail(fact.mail)}; the seat-map API is ${sayApi(fact.api)}`)
  if (fact.refused)
    return said('world', `A ${fact.effect} was begun and given up: ${fact.summary}`, fact.taskId, 'warn')
  const where = fact.pid === null ? '' : ` by pid ${String(fact.pid)}`
  return said(
    'world',
    `${fact.effect === 'mail' ? 'Mail' : fact.effect} done${where}: ${cut(fact.summary, 80)}`,
    fact.taskId,
    'good',
  )
}

function sayLab(fact: LabFact): SaidFact | null {
  switch (fact.kind) {
    case 'fault': {
      const ended =
        fact.phase === 'started'
          ? ''
          : fact.phase === 'ended'
            ? ': over'
            : `: did not work. ${fact.problem?.what ?? ''}`
      return said('lab', `You broke something: ${sayFault(fact.order)}${ended}`, null, 'warn')
    }
    case 'stage-reset':
      return said('lab', `The start of step ${fact.step} was set up`)
    case 'typed':
      return said('lab', `You typed in ${fact.terminal}: ${cut(fact.line, 100)}`)
    case 'answer':
      return said('lab', `You answered ${fact.question}: ${fact.choice.join(', ')}`)
    case 'run-marked':
      return said('lab', `You marked ${fact.clock} of ${fact.crontab}: ${fact.correct ? 'so it is' : 'not so'}`)
    case 'project-exported':
      return said('lab', `Your lab was written to ${fact.folder}: ${fact.files.length} files`)
    case 'problem':
      return said('lab', fact.problem.what, null, 'bad')
    case 'looked-at':
      return null // nothing happened in the lab
  }
}
