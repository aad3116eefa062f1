/**
 * Loads the learner's files once, in a fresh Python or as TypeScript, and says whether they load. A process serves one
 * check: what was imported cannot be taken back. An endless loop while importing is the lab's to end, by its own clock
 * and a kill.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { PythonHost } from '../python-host/python-host.js'
import { canvasCalls } from '../engine/app/canvas-calls.js'
import type { CanvasPorts } from '../engine/canvas/send-canvas.js'
import { readSendOptions } from '../engine/message/send-options.js'
import { disabledBackend } from '../engine/result-backend/disabled-backend.js'
import type { AppPort } from '../engine/trace/task-runner.js'
import type { CodeCheckToLab, LabToCodeCheck } from './messages/code-check-messages.js'
import { codeFingerprint, readCodeFiles } from '../record/code-fingerprint.js'
import { parentProcess } from './parent.js'
import { codeProblem } from './wiring/code-problem.js'
import { loadEach } from './wiring/load-each.js'
import { loadWithStandIns } from './wiring/load-with-stand-ins.js'
import { nodeCode } from './wiring/node-code.js'
import { loadNode } from './wiring/stand-ins.js'

const lab = parentProcess<LabToCodeCheck, CodeCheckToLab>()

/** Nothing is published by a check: a module that sends while it is imported does so when a worker loads it. */
const unsent: AppPort = {
  ...canvasCalls({ canvas: unsentCanvas(), backend: () => disabledBackend }),
  configure: () => Promise.resolve(),
  saveGroup: () => Promise.resolve(),
  savedGroup: () => Promise.resolve('null'),
  deleteGroup: () => Promise.resolve(),
  enlargeChord: () => Promise.resolve(),
  sendTask: ({ optionsJson }) => Promise.resolve({ taskId: readSendOptions(optionsJson).task_id ?? randomUUID() }),
  resultMeta: (taskId) => Promise.resolve(pending(taskId)),
  waitForResult: (taskId) => Promise.resolve(pending(taskId)),
  waitForResults: ({ taskIds }) => Promise.resolve(`[${taskIds.map(pending).join(', ')}]`),
  storeState: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  broadcast: () => Promise.resolve('[]'),
  purge: () => Promise.resolve(0),
  hookPublishing: () => Promise.resolve(),
}

function unsentCanvas(): CanvasPorts {
  const nothing = (): Promise<void> => Promise.resolve()
  return {
    publish: ({ options }) => Promise.resolve(options.task_id ?? randomUUID()),
    taskDefaults: () => ({}),
    setChordSize: nothing,
    saveGroup: nothing,
    uuid: () => randomUUID(),
    replyTo: () => '',
    chainsAreLinks: () => false,
    errbacksOnHeader: () => false,
  }
}

function pending(taskId: string): string {
  return JSON.stringify({ status: 'PENDING', result: null, traceback: null, children: [], task_id: taskId })
}

function startPython(snapshotFile: string): Promise<PythonHost> {
  const host = new PythonHost({
    threadFile: join(__dirname, 'python-thread.cjs'),
    snapshotFile,
    program: 'code-check',
    loglevel: null,
    app: unsent,
    onLog: () => Promise.resolve(),
    onOutput: () => Promise.resolve(), // what a module prints while importing, its worker will print again
    onPythonExit: () => process.exit(1), // sys.exit() while importing is an answer, not this
  })
  return host.start().then(() => host)
}

async function check(
  order: Extract<LabToCodeCheck, { kind: 'check' }>,
  host: () => Promise<PythonHost>,
): Promise<void> {
  const { environment, modules } = order
  const files = await readCodeFiles(environment.workdir)
  const fingerprint = codeFingerprint(files)
  const loaded = await loadEach(modules, files, {
    python: async (some) => loadWithStandIns(await host(), { environment, modules: some, wanted: null, files }, null),
    node: (some) => loadNode(nodeCode(environment, files), some),
  })
  if (loaded.kind === 'loaded') {
    const tasks = loaded.tasks.filter(({ name }) => !name.startsWith('celery.'))
    await lab.send({ kind: 'passed', tasks, settings: loaded.conf, fingerprint })
  } else {
    const problem = codeProblem(loaded.error, 'What was running before keeps running with the files as they were.')
    await lab.send({ kind: 'refused', problem, fingerprint })
  }
}

let python: Promise<PythonHost> | null = null

async function obey(order: LabToCodeCheck): Promise<void> {
  if (order.kind === 'prepare') {
    python = startPython(order.snapshotFile)
    await python
    await lab.send({ kind: 'standing-by' })
  } else {
    await check(order, () => python ?? startPython(order.environment.snapshotFile))
    process.exit(0)
  }
}

lab.onMessage((order) => {
  obey(order).catch((error: unknown) => {
    console.error(error) // to the lab's terminal for this process; the lab sees it end
    process.exit(1)
  })
})
