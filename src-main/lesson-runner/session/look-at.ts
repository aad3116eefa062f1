/** A solution opens something, as a learner would: the fact is noted, and the window shows what it names. */
import type { Fact } from '../../contract/feed.js'
import type { Problem, Reply } from '../../contract/problem.js'
import type { LearnerAction } from '../../contract/views.js'
import type { Lab } from '../../lab/lab-interface.js'

type Look = Extract<LearnerAction, { do: 'look-at' }>

export function lookAt(look: Look, lab: Lab): Reply<null> {
  const target = targetOf(look, lab)
  if (target === null) return { ok: false, problem: nothingThere(look) }
  const part = look.what === 'message' && look.part !== undefined ? { part: look.part } : {}
  lab.note({ kind: 'looked-at', ...target, ...part, by: 'show-me' })
  return { ok: true, value: null }
}

type Target = Pick<Extract<Fact, { kind: 'looked-at' }>, 'what' | 'id'>

function targetOf(look: Look, lab: Lab): Target | null {
  switch (look.what) {
    case 'message': {
      const facts = lab.record.itemsAfter(0).map((item) => item.fact)
      const last = facts.findLast((fact) => fact.kind === 'message-published')
      return last?.kind === 'message-published' ? { what: 'message', id: last.deliveryTag } : null
    }
    case 'worker':
      return { what: 'worker', id: look.worker }
    case 'pool-process': {
      const worker = lab.view().processes.find((process) => process.name === look.worker)
      const child = worker?.children[0]
      return child === undefined ? null : { what: 'pool-process', id: String(child.pid) }
    }
    case 'pause':
    case 'go-on':
      return { what: 'pause', id: look.what === 'pause' ? 'on' : 'off' }
  }
}

function nothingThere(look: Look): Problem {
  const what = look.what === 'message' ? 'No message has been published' : 'That worker has no child'
  return {
    code: 'nothing-to-look-at',
    what: `${what}, so there is nothing to open.`,
    meaning: 'Everything that was done stays as it is.',
    next: 'Press “Reset step” and try again.',
  }
}
