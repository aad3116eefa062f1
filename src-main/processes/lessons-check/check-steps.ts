/** Proves steps side by side: each lab has its own Redis, processes and folder, and takes the next step when it is free. */
import { join } from 'node:path'
import { errorDetail, errorText } from '../../contract/error-text.js'
import type { TaskLanguage } from '../../contract/views.js'
import { createLab } from '../../lab/lab.js'
import type { Lab, LabPlaces } from '../../lab/lab-interface.js'
import { checkStep, type StepOutcome } from './check-step.js'

export interface ChosenStep {
  readonly lesson: string
  readonly step: string
}

export interface StepsToCheck {
  readonly chosen: readonly ChosenStep[]
  readonly labs: number
  readonly language: TaskLanguage
  /** `dataFolder` holds a folder for each lab. */
  readonly places: LabPlaces
  readonly lessonsFolder: string
  readonly tell: (line: string) => void
}

const TERMINAL_LINES = 12

/** Outcomes in the order of `chosen`. `signal` ends all labs. */
export async function checkSteps(order: StepsToCheck, signal: AbortSignal): Promise<readonly StepOutcome[]> {
  const { chosen, labs, places } = order
  const waiting = [...chosen.entries()]
  const outcomes: StepOutcome[] = []
  const work = async (number: number): Promise<void> => {
    const dataFolder = join(places.dataFolder, `lab-${number}`)
    const lab = createLab({ ...places, dataFolder })
    const stop = (): Promise<void> => lab.stop()
    signal.addEventListener('abort', () => void stop(), { once: true })
    try {
      const started = await lab.start()
      if (!started.ok) throw new Error(`${started.problem.what} ${started.problem.next}`)
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
        const [place, step] = next
        outcomes[place] = await checkedTwiceAtMost(step, { ...order, lab, dataFolder, signal })
      }
    } finally {
      await stop()
    }
  }
  const ended = await Promise.allSettled(
    Array.from({ length: Math.min(labs, chosen.length) }, (_, index) => work(index + 1)),
  )
  // A lab that broke has left its steps to the others; those that nobody took are missing among the outcomes.
  for (const one of ended) if (one.status === 'rejected') order.tell(`not ok a lab: ${errorText(one.reason)}`)
  return outcomes.filter((outcome) => outcome !== undefined)
}

interface InLab extends StepsToCheck {
  readonly signal: AbortSignal
  readonly lab: Lab
  readonly dataFolder: string
}

async function checkedTwiceAtMost({ lesson, step }: ChosenStep, order: InLab): Promise<StepOutcome> {
  const { lab, lessonsFolder, language, signal, tell } = order
  const check = async (attempt: number): Promise<StepOutcome> => {
    const dataFolder = join(order.dataFolder, `${lesson}-${step}-${attempt}`)
    const outcome = await checkStep({ lab, lessonsFolder, dataFolder, lesson, step, language }).catch(
      (error: unknown) => brokenStep({ lesson, step }, error),
    )
    if (signal.aborted) return outcome // of a lab that was taken away
    tell(inOneLine(outcome))
    if (!outcome.ok) tell(terminalEnds(lab.terminals()))
    return outcome
  }
  const first = await check(1)
  // Some checks ask for an answer within a second, which a machine that does other things can miss once.
  if (first.start !== 'red' || first.solution !== 'red' || signal.aborted) return first
  tell(`       ${lesson}/${step}: the solution stayed red; it is tried once more.`)
  return check(2)
}

/** A step that throws is one that is not ok; the others are still to be proven. */
function brokenStep({ lesson, step }: ChosenStep, error: unknown): StepOutcome {
  const colours = { start: 'red', solution: 'red', ok: false } as const
  return { lesson, step, ...colours, seconds: 0, budgetSeconds: 0, said: errorDetail(error) }
}

function inOneLine({ lesson, step, start, solution, ok, seconds, budgetSeconds, said }: StepOutcome): string {
  const numbers = `start ${start}, solution ${solution}, ${seconds.toFixed(1)} s of ${budgetSeconds} s`
  return `${ok ? 'ok    ' : 'not ok'} ${lesson}/${step}: ${numbers}. ${said}`
}

/** The last lines of every terminal: why a step went wrong often stands there. */
function terminalEnds(terminals: Readonly<Record<string, string>>): string {
  const ends = Object.entries(terminals).map(
    ([name, text]) => [name, text.trimEnd().split('\n').slice(-TERMINAL_LINES)] as const,
  )
  return ends.map(([name, lines]) => lines.map((line) => `       ${name} | ${line}`).join('\n')).join('\n')
}
