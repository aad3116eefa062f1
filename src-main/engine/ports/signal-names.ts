/** Signals by name and number, Linux's. Celery: celery/platforms.py (Signals.signum), billiard/common.py (human_status) */

const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
}

export interface NamedSignal {
  readonly name: string
  readonly number: number
}

/** `TERM`, `SIGTERM` or 15; null for what is none. */
export function signalNamed(given: string | number): NamedSignal | null {
  if (typeof given === 'number') {
    const name = Object.keys(numbers).find((one) => numbers[one] === given)
    return name === undefined ? null : { name, number: given }
  }
  const name = given.startsWith('SIG') ? given : `SIG${given}`
  const number = numbers[name]
  return number === undefined ? null : { name, number }
}

export function signalNumber(name: string): number {
  return numbers[name] ?? 0
}
