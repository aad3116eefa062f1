/**
 * Entry of the web process: the learner's web.py behind a real HTTP port on loopback. What it sends goes out by the
 * engine's own producer. Orders come from the lab over IPC; the process ends when the channel closes.
 */
import { errorDetail } from '../contract/error-text.js'
import type { Problem } from '../contract/problem.js'
import { codeProblem } from './wiring/code-problem.js'
import { WsgiServer } from '../python-host/wsgi-server.js'
import type { LabToWeb, WebToLab } from './messages/web-messages.js'
import { parentProcess } from './parent.js'
import { loadWithStandIns } from './wiring/load-with-stand-ins.js'
import { startProducingPython, type ProducingPython } from './wiring/producing-python.js'
import { streamSink } from './wiring/stream-sink.js'

const lab = parentProcess<LabToWeb, WebToLab>()
const write = { stdout: streamSink(process.stdout), stderr: streamSink(process.stderr) }

interface Running extends Omit<ProducingPython, 'configure'> {
  readonly server: WsgiServer
}

let running: Running | null = null

async function start(order: Extract<LabToWeb, { kind: 'start' }>): Promise<void> {
  const { environment, appModule, port } = order
  const { host, app, configure } = await startProducingPython({
    environment,
    processName: 'web',
    program: `${appModule}.py`,
    write,
    onPythonExit: (code) => process.exit(code === 0 ? 1 : code), // sys.exit() in a request: the server is gone
  })
  await lab.send({ kind: 'importing' })
  const loaded = await loadWithStandIns(host, { environment, modules: [appModule], wanted: 'wsgi' }, write)
  const { fingerprint } = loaded
  if (loaded.kind === 'refused') {
    await write.stderr(loaded.error.traceback)
    const problem = codeProblem(loaded.error, 'The web app is not running: no page can be opened.')
    return lab.send({ kind: 'refused', problem, fingerprint })
  }
  await configure(loaded.conf, loaded.tasks)
  const server = new WsgiServer({
    host,
    module: appModule,
    port,
    onRequest: (request) => void lab.send({ kind: 'request', ...request }),
    onResponse: (response) => void lab.send({ kind: 'response', ...response }),
    log: (text) => void write.stderr(text),
  })
  try {
    const listening = await server.start()
    running = { host, app, server }
    await write.stderr(`Serving ${appModule}:app on http://127.0.0.1:${listening}\n`)
    await lab.send({ kind: 'ready', port: listening, fingerprint })
  } catch (error) {
    await lab.send({ kind: 'refused', problem: portProblem(port, error), fingerprint })
  }
}

function portProblem(port: number, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException // what listen() rejects with
  return {
    code: code === 'EADDRINUSE' ? 'port-taken' : 'port-unusable',
    what: code === 'EADDRINUSE' ? `Port ${port} on this machine is taken by another program.` : message,
    meaning: 'The web app is not running: no page can be opened.',
    next: 'Start the web app again: it will take a free port.',
    detail: message,
  }
}

async function stop(): Promise<never> {
  if (running !== null) {
    await running.server.stop()
    await running.host.close()
    await running.app.close()
  }
  return process.exit(0)
}

lab.onMessage((order) => {
  const obeyed = order.kind === 'start' ? start(order) : stop()
  obeyed.catch((error: unknown) => {
    const text = errorDetail(error)
    void write.stderr(`${text}\n`).then(() => process.exit(1))
  })
})
// A terminal's Ctrl+C reaches the whole group; the lab decides when the web app ends.
process.on('SIGINT', () => undefined)
