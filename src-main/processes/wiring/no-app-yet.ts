/** For code that is imported before anybody knows the broker: what it asks of the engine is refused. */
import type { AppPort } from '../../engine/trace/task-runner.js'

export const noAppYet: AppPort = {
  configure: () => Promise.resolve(),
  hookPublishing: () => Promise.resolve(),
  sendTask: refuse,
  resultMeta: refuse,
  waitForResult: refuse,
  waitForResults: refuse,
  storeState: refuse,
  forget: refuse,
  sendCanvas: refuse,
  freeze: refuse,
  saveGroup: refuse,
  savedGroup: refuse,
  deleteGroup: refuse,
  enlargeChord: refuse,
  broadcast: refuse,
  purge: refuse,
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('the broker is not known while the code is imported; nothing was sent'))
}
