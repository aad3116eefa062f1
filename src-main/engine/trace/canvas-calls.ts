/**
 * What running code may ask of the engine about signatures of several tasks, and about groups that are kept. All of it is
 * JSON text in kombu's dialect. Celery: celery/canvas.py (freeze, apply_async), celery/result.py (GroupResult)
 */
export interface CanvasCalls {
  /** Sends it, whatever its kind. `resultJson` is what can be waited for, in a result's form: `[[id, parent], null]`. */
  sendCanvas(ask: {
    readonly signatureJson: string
    readonly argsJson: string
    readonly kwargsJson: string
    readonly optionsJson: string
    /** The task that is running, when one is. */
    readonly parent: { readonly id: string; readonly rootId: string; readonly priority: number | null } | null
  }): Promise<{
    readonly resultJson: string
    /** What the running task has sent. */
    readonly childrenJson: string
    /** Parts that are left to the code: `{name, args, kwargs, options, parent}` of calls of tasks with an `apply_async` of their own. */
    readonly callsJson: string
  }>
  /** Writes ids into all that would be sent. `fixedJson`: those that are given, by the names of canvas/freeze.ts. */
  freeze(ask: {
    readonly signatureJson: string
    readonly fixedJson: string
  }): Promise<{ readonly signatureJson: string; readonly resultJson: string }>
  saveGroup(groupId: string, resultJson: string): Promise<void>
  /** `{"result": …}`, or `null`. */
  savedGroup(groupId: string): Promise<string>
  deleteGroup(groupId: string): Promise<void>
  /** One task more belongs to the header of this chord. */
  enlargeChord(groupId: string): Promise<void>
}
