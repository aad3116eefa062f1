/** Entry of `>>> python`: a Python of the learner's own, beside the web app, that sends tasks and waits for results by the engine. */
import type { LabToTerminal, TerminalToLab } from './messages/terminal-messages.js'
import { parentProcess } from './parent.js'
import { openPythonPrompt } from './wiring/python-prompt.js'
import { serveTerminal } from './wiring/serve-terminal.js'

serveTerminal(parentProcess<LabToTerminal, TerminalToLab>(), openPythonPrompt)
// A terminal's Ctrl+C reaches the whole group; here it comes as a key.
process.on('SIGINT', () => undefined)
