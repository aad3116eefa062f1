/** What happened in the ticket office's database, in words. */
import type { DatabaseFact } from '../../src-main/contract/feed.js'
import { cut } from './say-task.js'

export interface SaidDatabase {
  readonly text: string
  readonly taskId: string | null
  readonly mood: 'plain' | 'warn'
}

/** Null: noise that the timeline leaves out. */
export function sayDatabase(fact: DatabaseFact): SaidDatabase | null {
  if (fact.kind === 'db-cleared') return null // part of a start state, which is told
  const { taskId } = fact
  const said = (text: string, mood: SaidDatabase['mood'] = 'plain'): SaidDatabase => ({ text, taskId, mood })
  const who = fact.pid === null ? 'A client' : `pid ${String(fact.pid)}`
  if (fact.kind === 'db-transaction') {
    if (fact.phase === 'rolled-back') return said(`${who} rolled back ${fact.transaction}`, 'warn')
    const verb = { began: 'began', committing: 'is committing', committed: 'committed' }[fact.phase]
    return said(`${who} ${verb} transaction ${fact.transaction}`)
  }
  const row = `${fact.table} ${cut(fact.id, 40)}`
  if (fact.kind === 'db-row') {
    const verb = { insert: 'wrote', update: 'changed', delete: 'deleted' }[fact.change]
    return said(`${who} ${verb} row ${row}${fact.transaction === null ? '' : ', not committed yet'}`)
  }
  if (fact.kind === 'db-refused') {
    const why = fact.why === 'duplicate' ? 'there is one with that id' : 'another transaction kept it too long'
    return said(`The database refused ${who} the row ${row}: ${why}`, 'warn')
  }
  return fact.found ? said(`${who} read row ${row}`) : said(`${who} asked for row ${row} and did not find it`, 'warn')
}
