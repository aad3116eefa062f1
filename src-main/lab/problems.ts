/** What the lab says when something did not work: what was found, what it means for messages and files now, what to do. */
import { errorDetail } from '../contract/error-text.js'
import type { Problem, Reply } from '../contract/problem.js'
import { OLDEST_REDIS } from '../embedded-redis/find-redis-binary.js'
import type { Exit } from './child-handle.js'

export const DONE: Reply<null> = { ok: true, value: null }

export function refuse(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem }
}

export function redisMissing(lookedFor: readonly string[], command: string): Problem {
  return {
    code: 'redis-missing',
    what: `No redis-server ${OLDEST_REDIS} or newer was found on this computer.`,
    meaning: 'Without a broker nothing can be queued: the lab does not run. Your files are safe.',
    next: `Install it with: ${command} — then press Try again.`,
    detail: `Looked for, in this order:\n${lookedFor.join('\n')}`,
  }
}

export function redisDidNotStart(reason: string, binary: string): Problem {
  const { code, what } = redisCause(reason)
  return {
    code,
    what,
    meaning: 'Without a broker nothing can be queued: the lab does not run. Your files are safe.',
    next: 'Put that right, then press Try again.',
    detail: `${binary}: ${reason}`,
  }
}

function redisCause(reason: string): { readonly code: string; readonly what: string } {
  if (/ENOSPC|no space left/i.test(reason))
    return { code: 'disk-full', what: 'The disk is full, so Redis could not be started.' }
  if (/EACCES|EPERM|EROFS|ENOTDIR|permission denied|read-only/i.test(reason)) {
    return {
      code: 'data-folder-unwritable',
      what: 'The app may not write to its data folder, so Redis could not be started.',
    }
  }
  if (/already in use|EADDRINUSE/i.test(reason)) {
    return {
      code: 'port-taken',
      what: 'Every port that was tried for Redis was taken by another program in the meantime.',
    }
  }
  return { code: 'redis-not-started', what: 'Redis was found, but did not start.' }
}

export function redisDied(exit: Exit, { appendOnly }: { readonly appendOnly: boolean }): Problem {
  return {
    code: 'redis-died',
    what: `Redis ended by itself (${exitText(exit)}) and is being started again.`,
    meaning: appendOnly
      ? 'What its append-only file holds comes back with it; changes of the last second may be missing. Workers reconnect by themselves.'
      : 'It keeps everything in memory: messages that waited or were unacked, and all results, are gone. Workers reconnect by themselves.',
    next: 'Send again what is missing, or reset the step.',
  }
}

export function worldDied(exit: Exit): Problem {
  return {
    code: 'world-died',
    what: `The outside world's process ended by itself (${exitText(exit)}) and is being started again on the same ports.`,
    meaning:
      'Mails that were being accepted at that moment were not delivered. Earlier rows of the outbox stay. The database is empty: it keeps its rows in memory.',
    next: 'Go on in a second or two; if the step needs rows that were there, press “Reset step”.',
  }
}

export function worldNotStarted(reason: string): Problem {
  return {
    code: 'world-not-started',
    what: 'The process with the mail server, the API and the database did not start.',
    meaning: 'Tasks that send mail would fail. The lab does not run.',
    next: 'Press Try again.',
    detail: reason,
  }
}

export function recordNotWritten(error: Error): Problem {
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
  return {
    code: full ? 'disk-full' : 'record-not-written',
    what: full
      ? 'The disk is full: the record of what happens is not saved any more.'
      : 'The record of what happens cannot be saved.',
    meaning: 'Everything works; the newest facts are kept in memory only, until the app is closed.',
    next: full
      ? 'Free some space; saving goes on by itself.'
      : 'Make the data folder writable; saving goes on by itself.',
    detail: error.message,
  }
}

export function notRunning(what: string, action: string): Problem {
  return {
    code: 'not-running',
    what: `${what} is not running.`,
    meaning: 'Nothing was changed.',
    next: action,
  }
}

export function terminalBusy(terminal: string, waitedMs: number): Problem {
  return {
    code: 'terminal-busy',
    what: `Something still runs in the terminal ${terminal}; after ${Math.round(waitedMs / 1000)} s it had not ended.`,
    meaning: 'The line was not typed.',
    next: 'Press Ctrl+C in that terminal to stop what runs there, then try again.',
  }
}

export function labNotReady(): Problem {
  return {
    code: 'lab-not-ready',
    what: 'The lab is not running yet: Redis and the outside world are still being started, or could not be.',
    meaning: 'Nothing was changed.',
    next: 'Wait a moment; if the status bar shows a problem, solve that one first.',
  }
}

/** `lastWords`: the end of what it wrote. */
export function processDidNotStart(name: string, exit: Exit, lastWords: string): Problem {
  return {
    ...(lastWords === '' ? {} : { detail: lastWords }),
    code: 'process-not-started',
    what: `${name} ended before it was ready (${exitText(exit)}).`,
    meaning: 'Messages wait in the queue; nothing is lost.',
    next: `Look at the terminal of ${name} for the reason, then start it again.`,
  }
}

/** Of a start: Python's own, the import of the learner's files, and what comes then (a worker's connection to the broker). */
export type StartPart = 'python' | 'import' | 'service'

export function processTooSlow(
  name: string,
  { part, seconds }: { readonly part: StartPart; readonly seconds: number },
): Problem {
  const { what, next } = TOO_SLOW[part](name, seconds)
  return { code: 'process-too-slow', what, meaning: 'Messages wait in the queue; nothing is lost.', next }
}

const TOO_SLOW: Readonly<
  Record<StartPart, (name: string, seconds: number) => { readonly what: string; readonly next: string }>
> = {
  python: (name, seconds) => ({
    what: `Python did not start within ${seconds} seconds, so ${name} was stopped. None of your files was imported yet.`,
    next: 'The computer has too much else to do: close other programs, then start it again.',
  }),
  import: (name, seconds) => ({
    what: `${name} was still importing your files after ${seconds} seconds and was stopped.`,
    next: 'Look for a loop, a sleep or a connection outside of any function: that code runs while the file is imported.',
  }),
  service: (name, seconds) => ({
    what: `${name} has imported your files and was still not ready ${seconds} seconds later, so it was stopped.`,
    next: 'Look at its terminal: a broker that does not answer is the usual reason. Then start it again.',
  }),
}

export function stoppedHard(name: string, seconds: number, tasks: readonly string[]): Problem {
  const still =
    tasks.length === 0
      ? 'did not end'
      : `was still running ${tasks.length === 1 ? `task ${tasks[0] ?? ''}` : `${tasks.length} tasks`}`
  return {
    code: 'worker-stopped-hard',
    what: `${name} ${still} ${seconds} seconds after it was asked to stop, so it was killed.`,
    meaning:
      'A task that it was running is lost when it was acked at its start, as is the default; its message is not delivered again.',
    next: 'Send that task again if it is needed. A loop without an end has to be mended in tasks.py.',
  }
}

export function stillStopping(name: string, seconds: number): Problem {
  return {
    code: 'worker-still-stopping',
    what: `${name} was asked to stop ${seconds} seconds ago and waits for its running tasks, as Celery does without a limit.`,
    meaning: 'It takes no new messages; those wait in the queue.',
    next: 'Press Stop once more to end it now; its running tasks are then lost.',
  }
}

export function fileNeverLoaded(seconds: number): Problem {
  return {
    code: 'file-never-loaded',
    what: `The file did not finish loading within ${seconds} seconds.`,
    meaning: 'It is saved, and not loaded: what runs goes on with the last version that worked.',
    next: 'Look for a loop, a sleep or a connection outside of any function: that code runs while the file is imported.',
  }
}

export function checkBroke(exit: Exit): Problem {
  return {
    code: 'code-check-broke',
    what: `The process that tries out saved files ended by itself (${exitText(exit)}).`,
    meaning: 'The file is saved, and not loaded: what runs goes on with the last version that worked.',
    next: 'Save again. If it happens each time, code outside of functions ends the process.',
  }
}

export function cancelled(): Problem {
  return {
    code: 'cancelled',
    what: 'Building the start state was cancelled.',
    meaning: 'What had been started goes on running.',
    next: 'Reset the step to build it again.',
  }
}

export function brokerUnreachable(reason: string): Problem {
  return {
    code: 'broker-unreachable',
    what: 'Redis did not answer the lab.',
    meaning: 'The start state could not be built; what waited in the queue is still there, unless Redis has died.',
    next: 'Reset the step to try again.',
    detail: reason,
  }
}

export function unexpected(error: unknown): Problem {
  return {
    code: 'lab-error',
    what: 'The lab could not do that, for a reason it did not expect.',
    meaning: 'What was running goes on as far as it can; your files are safe.',
    next: 'Try once more; if it happens again, reset the step.',
    detail: errorDetail(error),
  }
}

export function ordersUnanswered(unanswered: number, of: number, reason: string): Problem {
  return {
    code: 'orders-unanswered',
    what: `${unanswered} of ${of} requests got no answer from the web app (${reason}).`,
    meaning:
      'Whether such an order was taken is unknown, as it would be for a real buyer: look at the queue and the outbox.',
    next: 'Look at the web terminal, restart the web app if it is not running, then buy again.',
  }
}

export function pageUnanswered(path: string, reason: string): Problem {
  return {
    code: 'page-unanswered',
    what: `The web app did not answer for the page ${path} (${reason}).`,
    meaning: 'The page is not shown. Whether the web app did what the page stands for is unknown.',
    next: 'Look at the web terminal, restart the web app if it is not running, then open the page again.',
  }
}

export function exitText(exit: Exit): string {
  if (exit.error !== undefined) return exit.error.message
  return exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`
}
