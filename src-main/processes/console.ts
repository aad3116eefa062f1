/** Entry of `$ console`: `celery …`, each in a process of its own, and redis-cli's commands against the lab's broker. */
import type { LabToTerminal, TerminalToLab } from './messages/terminal-messages.js'
import { parentProcess } from './parent.js'
import { openConsole } from './wiring/console.js'
import { serveTerminal } from './wiring/serve-terminal.js'

serveTerminal(parentProcess<LabToTerminal, TerminalToLab>(), openConsole)
// A terminal's Ctrl+C reaches the whole group; here it comes as a key.
process.on('SIGINT', () => undefined)
