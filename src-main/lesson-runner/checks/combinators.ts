/** `all`, `any`, `in-order` and `while`: checks made of checks. They know nothing of what their parts look at. */
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'

export function watchAll(parts: readonly Watch[]): Watch {
  return {
    begin: (situation) => parts.forEach((part) => part.begin?.(situation)),
    see: (item, situation) => parts.forEach((part) => part.see(item, situation)),
    verdict() {
      const verdicts = parts.map((part) => part.verdict())
      const missing = verdicts.find((verdict) => !verdict.passed)
      return missing ?? { passed: true, observed: verdicts.map((verdict) => verdict.observed).join(' ') }
    },
  }
}

export function watchAny(parts: readonly Watch[]): Watch {
  return {
    begin: (situation) => parts.forEach((part) => part.begin?.(situation)),
    see: (item, situation) => parts.forEach((part) => part.see(item, situation)),
    verdict() {
      const verdicts = parts.map((part) => part.verdict())
      return (
        verdicts.find((verdict) => verdict.passed) ?? {
          passed: false,
          observed: verdicts.map((verdict) => verdict.observed).join(' Or: '),
        }
      )
    },
  }
}

/** Each part sees only the facts after the one that made the part before it pass. */
export function watchInOrder(parts: readonly Watch[]): Watch {
  let current = 0
  const passedWords: string[] = []
  /** On to the first part that does not pass: one that holds when it begins needs no fact. */
  const goOn = (situation: Situation): void => {
    for (;;) {
      const verdict = parts[current]?.verdict()
      if (verdict?.passed !== true || current === parts.length - 1) return
      passedWords.push(verdict.observed)
      current += 1
      parts[current]?.begin?.(situation)
    }
  }
  return {
    begin(situation) {
      parts[0]?.begin?.(situation)
      goOn(situation)
    },
    see(item, situation) {
      parts[current]?.see(item, situation)
      goOn(situation)
    },
    verdict() {
      const part = parts[current]
      if (part === undefined) return { passed: false, observed: 'Nothing to wait for.' }
      const { passed, observed } = part.verdict()
      return { passed: passed && current === parts.length - 1, observed: [...passedWords, observed].join(' ') }
    },
  }
}

export const CONDITIONS = [
  'mail-stopped',
  'mail-running',
  'mail-slow',
  'no-worker',
  'worker-ready',
  'child-busy',
  'commit-slow',
  'redis-stopped',
  'no-beat',
  'beat-ready',
  'messages-open',
] as const
export type Condition = (typeof CONDITIONS)[number]

/** `mail-slow`, `commit-slow`: a second or more for one message, for one commit. */
const SLOW_MAIL_MS = 1_000
const SLOW_COMMIT_MS = 1_000

const HOLDS: Record<Condition, (situation: Situation) => boolean> = {
  'mail-stopped': (situation) => situation.mail()?.running === false,
  'mail-running': (situation) => situation.mail()?.running === true,
  'mail-slow': (situation) => situation.mail()?.running === true && (situation.mail()?.delayMs ?? 0) >= SLOW_MAIL_MS,
  'no-worker': (situation) => situation.running('worker') === 0,
  'worker-ready': (situation) => situation.ready('worker') > 0,
  'child-busy': (situation) => situation.working(),
  'no-beat': (situation) => situation.running('beat') === 0,
  'beat-ready': (situation) => situation.ready('beat') > 0,
  'messages-open': (situation) => situation.messagesOpen() > 0,
  'redis-stopped': (situation) => situation.running('redis') === 0,
  'commit-slow': (situation) => (situation.database()?.commitDelayMs ?? 0) >= SLOW_COMMIT_MS,
}

const IN_WORDS: Record<Condition, string> = {
  'mail-stopped': 'the mail server is stopped',
  'mail-running': 'the mail server runs',
  'mail-slow': 'the mail server is slow',
  'no-worker': 'no worker runs',
  'worker-ready': 'a worker is ready',
  'child-busy': 'a child runs a task',
  'redis-stopped': 'Redis is stopped',
  'commit-slow': 'the database commits slowly',
  'no-beat': 'no beat runs',
  'beat-ready': 'beat runs',
  'messages-open': 'a message waits or is worked on',
}

/** The part sees only facts that happen while the condition holds. */
export function watchWhile(condition: Condition, part: Watch): Watch {
  let holds: boolean | null = null
  return {
    begin(situation) {
      holds = HOLDS[condition](situation)
      part.begin?.(situation)
    },
    see(item, situation) {
      holds = HOLDS[condition](situation)
      if (holds) part.see(item, situation)
    },
    verdict() {
      const verdict = part.verdict()
      if (verdict.passed || holds !== false) return verdict
      return {
        passed: false,
        observed: `${verdict.observed} It counts while ${IN_WORDS[condition]}; that is not so now.`,
      }
    },
  }
}
