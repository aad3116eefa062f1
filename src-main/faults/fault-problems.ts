/** Why a fault was not carried out, each in words: what was found, what it means, what to press next. */
import type { Problem } from '../contract/problem.js'

export function workerIsOff(worker: string): Problem {
  return {
    code: 'worker-not-running',
    what: `${worker} is not running, so there is nothing to kill.`,
    meaning: 'Nothing was changed; messages wait in the queue.',
    next: `Start ${worker}, then try again.`,
  }
}

export function beatIsOff(): Problem {
  return {
    code: 'beat-not-running',
    what: 'Beat is not running, so there is nothing to kill.',
    meaning: 'Nothing was changed; nothing is scheduled while it is off.',
    next: 'Start beat, then try again.',
  }
}

export function webIsOff(): Problem {
  return {
    code: 'web-not-running',
    what: 'The web app is not running, so there is nothing to kill.',
    meaning: 'Nothing was changed.',
    next: 'Restart the web app, then try again.',
  }
}

export function noSuchChild(worker: string, pid: number | null): Problem {
  return {
    code: 'no-such-child',
    what: pid === null ? `${worker} has no pool process right now.` : `${worker} has no pool process with pid ${pid}.`,
    meaning: 'Nothing was killed. A pool process that died is replaced within a second or two.',
    next: 'Choose one that is on the stage now.',
  }
}

export function couldNotFlush(detail: string): Problem {
  return {
    code: 'results-not-flushed',
    what: 'Redis did not empty the result store.',
    meaning: 'The result records are as they were.',
    next: 'Try again when Redis answers; the broker chip says whether it does.',
    detail,
  }
}

export function monitorNotDeaf(detail: string): Problem {
  return {
    code: 'monitor-not-deaf',
    what: 'The monitor could not be taken off the channel of Celery’s events.',
    meaning: 'It goes on to listen, as far as Redis lets it.',
    next: 'Try again when Redis answers; the broker chip says whether it does.',
    detail,
  }
}

export function couldNotKill(name: string, pids: readonly number[]): Problem {
  return {
    code: 'could-not-kill',
    what: `The operating system did not end ${pids.map((pid) => `pid ${pid}`).join(', ')} of ${name}.`,
    meaning: 'That process may still finish its task.',
    next: `End it with your system’s own process viewer, then start ${name} again.`,
  }
}

export function redisIsDown(): Problem {
  return {
    code: 'redis-is-away',
    what: 'Redis is stopped already, or on its way back.',
    meaning: 'Nothing was changed.',
    next: 'Wait until it is back, or start it now.',
  }
}

export function redisIsUp(): Problem {
  return {
    code: 'redis-is-up',
    what: 'Redis is running, so there is no outage to end.',
    meaning: 'Nothing was changed.',
    next: 'Stop it first.',
  }
}
