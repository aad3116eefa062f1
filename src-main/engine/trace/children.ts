/**
 * The tasks a running task has sent, in the form its result lists them: `[[id, null], null]`.
 * Celery: celery/app/task.py (Context.children), celery/result.py (as_tuple)
 */
import type { WireValue } from '../serialization/wire-value.js'

export class Children {
  private taskId: string | null = null
  private sent: WireValue[] = []

  begin(taskId: string): void {
    this.taskId = taskId
    this.sent = []
  }

  /** A message sent on behalf of no running task, or of another one, is nobody's child here. */
  add(parentId: string, childId: string): void {
    if (parentId === this.taskId) this.sent.push([[childId, null], null])
  }

  /** A group that was sent at once, or one task, already in a result's form. */
  addTree(parentId: string, tree: WireValue): void {
    if (parentId === this.taskId) this.sent.push(tree)
  }

  isOf(taskId: string): boolean {
    return taskId === this.taskId
  }

  of(taskId: string): readonly WireValue[] {
    return taskId === this.taskId ? this.sent : []
  }
}
