/**
 * Entry of the thread that runs the learner's modules in a process of the app: loads them, then runs one task after
 * another. It has connections of its own for what tasks send; what they return goes to the main thread as data.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { LoadedApp } from './loaded-app.js'
import { attributeSockets } from './service-sockets.js'
import {
  sharedSlot,
  type HostToThread,
  type ThreadRequest,
  type ThreadStart,
  type ThreadToHost,
} from './thread-messages.js'
import { ThreadOutput } from './thread-output.js'

if (parentPort === null) throw new Error('node-thread is started as a thread by node-runner')
const host = parentPort
const start = workerData as ThreadStart // made by node-runner.ts
const shared = new Int32Array(start.shared)
const tell = (message: ThreadToHost): void => host.postMessage(message)

const output = new ThreadOutput({ post: tell, shared, printsAreRecords: start.printsAreRecords })
const code = new LoadedApp({
  ...start,
  ownFolder: __dirname,
  interrupted: () => Atomics.load(shared, sharedSlot.interrupted) === 1,
  output,
  tell,
})
attributeSockets(start.services, () => code.asking)
output.redirect()

let running: number | null = null

async function answer(request: ThreadRequest): Promise<unknown> {
  switch (request.kind) {
    case 'load':
      return code.load(request)
    case 'run':
      return code.run(request.job)
    case 'afterwards':
      return code.afterwards(request.part)
    case 'call-body':
      return code.callBody(request.call)
    case 'signal':
      return code.signal(request.name, request.fieldsJson).then(() => null)
    case 'publishing':
      return code.publishing(request.when, request.messageJson)
    case 'log':
      return code.logged(request.record).then(() => null)
    case 'close':
      await code.close()
      return null
  }
}

// Sent by node-runner.ts, built together with this file.
host.on('message', (message: HostToThread) => {
  const { id } = message
  if (message.kind === 'soft-time-limit') {
    if (running === id) code.softTimeLimit()
    return
  }
  if (message.request.kind === 'run') running = id
  answer(message.request).then(
    (given) => {
      if (running === id) running = null
      code.tellListening()
      tell({ kind: 'answer', id, answer: given })
    },
    (error: unknown) => {
      tell({ kind: 'broke', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  )
})
