/** What a schema cannot see in a lab.json: names that refer to other names must exist. Called while a step is read. */
import type { Topology } from '../../contract/topology.js'
import type { LearnerAction } from '../../contract/views.js'
import { questionsOf, rightAsked } from '../checks/check-kinds.js'
import type { LabJson, Question } from './lab-json.js'
import type { ReadJson } from './json-with-lines.js'
import { MalformedLesson } from './malformed-lesson.js'

interface Around {
  readonly topology: Topology
  /** The files in solution/, and in its folders. */
  readonly solution: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>
}

type Refuse = (path: readonly (string | number)[], what: string) => never

export function verifyLab(file: string, json: ReadJson<LabJson>, around: Around): void {
  const lab = json.value
  const refuse: Refuse = (path, what) => {
    throw new MalformedLesson(file, json.lineOf(...path), what)
  }
  const questions = [...(lab.prediction === undefined ? [] : [lab.prediction]), ...lab.questions]
  refuseTwice(
    questions.map((question) => question.id),
    'questions',
    refuse,
  )
  refuseTwice(
    lab.checks.map((check) => check.id),
    'checks',
    refuse,
  )
  const advised = new Set(lab.advice.map(({ id }) => id))
  lab.questions.forEach((question, index) => {
    verifyQuestion(question, ['questions', index], refuse)
    const odd = question.options.flatMap(({ speaksFor = [] }) => speaksFor).find((id) => !advised.has(id))
    if (odd !== undefined) refuse(['questions', index], `an option speaks for “${odd}”, which “advice” does not hold`)
  })
  if (lab.prediction !== undefined) verifyQuestion(lab.prediction, ['prediction'], refuse)

  const asked = new Set(lab.questions.map((question) => question.id))
  lab.checks.forEach(({ check }, index) => {
    const unknown = questionsOf(check).find((id) => !asked.has(id))
    if (unknown !== undefined)
      refuse(['checks', index], `the check waits for question “${unknown}”, which “questions” does not hold`)
    const open = rightAsked(check).find((id) => lab.questions.some((one) => one.id === id && one.right.length === 0))
    if (open !== undefined)
      refuse(['checks', index], `the check waits for the right answer to “${open}”, which names none`)
  })
  lab.measured.forEach((id, index) => {
    if (!lab.checks.some((check) => check.id === id))
      refuse(['measured', index], `there is no check “${id}” that measures`)
  })
  const names = {
    checks: new Set(lab.checks.map((check) => check.id)),
    questions,
    workers: new Set(around.topology.workers.map((worker) => worker.name)),
  }
  const verifyActions = (list: 'prepare' | 'solution'): void =>
    lab[list].forEach((action, index) => {
      const mistake = mistakeIn(action, { ...names, around })
      if (mistake !== null) refuse([list, index], mistake)
    })
  verifyActions('prepare')
  verifyActions('solution')
}

interface Names {
  readonly checks: ReadonlySet<string>
  readonly questions: readonly Question[]
  readonly workers: ReadonlySet<string>
  readonly around: Around
}

function mistakeIn(action: LearnerAction, names: Names): string | null {
  switch (action.do) {
    case 'start-worker':
    case 'stop-worker':
    case 'restart-worker':
      return names.workers.has(action.worker) ? null : `“${action.worker}” is not in the topology`
    case 'save-file':
      return mistakeInFile(action, names.around)
    case 'answer': {
      const question = names.questions.find((one) => one.id === action.question)
      if (question === undefined) return `there is no question “${action.question}”`
      const odd = action.choice.find((id) => !question.options.some((option) => option.id === id))
      return odd === undefined ? null : `question “${question.id}” has no option “${odd}”`
    }
    case 'wait-for': {
      const unknown = action.checks.find((id) => !names.checks.has(id))
      return unknown === undefined ? null : `there is no check “${unknown}” to wait for`
    }
    default:
      return null
  }
}

function mistakeInFile(
  { file, version }: Extract<LearnerAction, { do: 'save-file' }>,
  { solution, versions }: Around,
): string | null {
  const folder = version === undefined ? 'solution' : `solution/${version}`
  const files = version === undefined ? solution : (versions[version] ?? {})
  return file in files ? null : `“${file}” is not in the step's ${folder}/ folder`
}

function verifyQuestion(question: Question, path: readonly (string | number)[], refuse: Refuse): void {
  const silent = question.options.find((option) => option.reason === '')
  if (question.right.length > 0 && silent !== undefined)
    refuse(path, `option “${silent.id}” of “${question.id}” has no reason`)
  const ids = question.options.map((option) => option.id)
  refuseTwice(ids, `options of “${question.id}”`, (_path, what) => refuse(path, what))
  const odd = question.right.find((id) => !ids.includes(id))
  if (odd !== undefined) refuse([...path, 'right'], `“${odd}” is not among the options of question “${question.id}”`)
  if (question.ordered) {
    if (question.right.length !== ids.length || question.right.join() === ids.join())
      refuse(
        [...path, 'right'],
        `question “${question.id}” wants an order: “right” names every option, in another order than “options”`,
      )
    refuseTwice(question.right, `right of “${question.id}”`, (_path, what) => refuse([...path, 'right'], what))
    return
  }
  if (!question.many && question.right.length > 1)
    refuse([...path, 'right'], `question “${question.id}” takes one answer, but ${question.right.length} are right`)
}

function refuseTwice(ids: readonly string[], where: string, refuse: Refuse): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) refuse([where], `“${twice}” is used twice among ${where}`)
}
