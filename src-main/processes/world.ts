/**
 * Entry of the world process. Settings come from the lab over IPC; ledger rows go back the same way, one line of text
 * for each effect goes to stdout, which is the world's terminal. Ends when the channel closes.
 */
import { World } from '../world/world.js'
import type { LabService } from './messages/learner-environment.js'
import type { LabToWorld, WorldToLab } from './messages/world-messages.js'

/** The API's chance is the same in every run. */
const SEED = 20_26

let world: World | null = null
/** Orders are carried out one after the other, in the order in which they came. */
let orders: Promise<void> = Promise.resolve()

function tell(message: WorldToLab): void {
  if (process.connected) process.send?.(message)
}

async function obey(order: LabToWorld): Promise<void> {
  switch (order.kind) {
    case 'start':
      return start(order)
    case 'set': {
      const { mail, api } = order
      await world?.set({ ...(mail === undefined ? {} : { mail }), ...(api === undefined ? {} : { api }) })
      if (world !== null) tell({ kind: 'changed', ...world.settings })
      return
    }
    case 'hold-mails':
      world?.held.hold(order.hold)
      return
    case 'release':
      world?.held.release(order.held)
      return
    case 'clear-ledger':
      world?.clearLedger()
      return
    case 'stop':
      await world?.close()
      process.exit(0)
  }
}

async function start(order: Extract<LabToWorld, { kind: 'start' }>): Promise<void> {
  world = new World({
    mail: order.mail,
    api: order.api,
    seed: SEED,
    onRow: (row, held) => tell({ kind: 'ledger-row', row, ...(held === undefined ? {} : { held }) }),
    log: (line) => void process.stdout.write(`${line}\n`),
  })
  const ports = await world.start(portsOf(order.services))
  const services: readonly LabService[] = [
    { name: 'mail', host: '127.0.0.1', ...ports.mail },
    { name: 'api', host: '127.0.0.1', ...ports.api },
  ]
  tell({ kind: 'ready', services })
}

function portsOf(services: readonly LabService[]): { mail: LabService; api: LabService } | undefined {
  const mail = services.find((service) => service.name === 'mail')
  const api = services.find((service) => service.name === 'api')
  return mail !== undefined && api !== undefined ? { mail, api } : undefined
}

process.on('message', (order: LabToWorld) => {
  orders = orders
    .then(() => obey(order))
    .catch((error: unknown) =>
      tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    )
})
process.on('disconnect', () => process.exit(0))
process.stdout.on('error', () => undefined) // the lab is gone; 'disconnect' ends this process
// A terminal's Ctrl+C reaches the whole group; the lab decides when the world ends.
process.on('SIGINT', () => undefined)
