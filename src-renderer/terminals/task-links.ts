/** Where task ids stand in a line of a terminal: a click on one selects that task everywhere. */

const TASK_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

export interface TaskLink {
  readonly taskId: string
  /** Column of the first character, counted from 0. */
  readonly start: number
}

export function findTaskIds(line: string): readonly TaskLink[] {
  return [...line.matchAll(TASK_ID)].map((match) => ({ taskId: match[0], start: match.index }))
}
