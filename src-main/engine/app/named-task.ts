/** A task of another program, callable by its name. Celery: celery/app/base.py send_task */
import { signature } from '../canvas/signature.js'
import type { Signature } from '../message/envelope.js'
import type { SendOptions } from '../message/send-options.js'
import type { AsyncResult } from '../result/async-result.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

export interface TaskHandle {
  readonly name: string
  delay(...args: readonly WireValue[]): Promise<AsyncResult>
  applyAsync(
    call?: { readonly args?: readonly WireValue[]; readonly kwargs?: WireObject },
    options?: SendOptions,
  ): Promise<AsyncResult>
  s(...args: readonly WireValue[]): Signature
  si(...args: readonly WireValue[]): Signature
}

interface SendsTasks {
  sendTask(name: string, args: PyTuple, kwargs?: WireObject, options?: SendOptions): Promise<AsyncResult>
}

export function namedTask(name: string, app: SendsTasks): TaskHandle {
  return {
    name,
    delay: (...args) => app.sendTask(name, new PyTuple(args)),
    applyAsync: (call = {}, options = {}) => app.sendTask(name, new PyTuple(call.args ?? []), call.kwargs, options),
    s: (...args) => signature(name, { args }),
    si: (...args) => signature(name, { args, immutable: true }),
  }
}
