/** What a look at the code has found, as the lab tells it: without the addresses of this lab, which hold its password. */
import type { CodeCheckToLab } from '../processes/messages/code-check-messages.js'
import type { CodeSettings } from './lab-interface.js'

const ADDRESSES = ['broker_url', 'broker_read_url', 'broker_write_url', 'result_backend', 'beat_dburi']

export function settingsOf(passed: Extract<CodeCheckToLab, { readonly kind: 'passed' }>): CodeSettings {
  const settings = Object.fromEntries(Object.entries(passed.settings).filter(([name]) => !ADDRESSES.includes(name)))
  return { settings, tasks: passed.tasks.map(({ name, options }) => ({ name, options })) }
}
