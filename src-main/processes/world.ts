/**
 * Entry of the world process. Settings come from the lab over IPC; ledger rows go back the same way, one line of text
 * for each effect goes to stdout, which is the world's terminal. Ends when the channel closes.
 */
import { errorText } from '../contract/error-text.js'
import { World, type WorldPorts } from '../world/world.js'
import type { LabService } from './messages/learner-environment.js'
import type { LabToWorld, WorldToLab } from './messages/world-messages.js'
import { tellParent } from './parent.js'

/** The API's chance is the same in every run. */
const SEED = 20_26

let world: World | null = null
/** Orders are carried out one after the other, in the order in which they came. */
let orders: Promise<void> = Promise.resolve()

function tell(message: WorldToLab): void {
  tellParent(message)
}

async function obey(order: LabToWorld): Promise<void> {
  switch (order.kind) {
    case 'start':
      return start(order)
    case 'set': {
      await world?.set(order.wanted)
      if (world !== null) tell({ kind: 'changed', settings: world.settings })
      return
    }
    case 'hold-mails':
      world?.held.hold(order.hold)
      return
    case 'release':
      world?.held.release(order.held)
      return
    case 'clear':
      world?.clear()
      return
    case 'stop':
      await world?.close()
      process.exit(0)
  }
}

async function start(order: Extract<LabToWorld, { kind: 'start' }>): Promise<void> {
  world = new World({
    settings: order.settings,
    seed: SEED,
    onRow: (row, held) => tell({ kind: 'ledger-row', row, ...(held === undefined ? {} : { held }) }),
    onDatabase: (fact) => tell({ kind: 'db-fact', fact }),
    log: (line) => void process.stdout.write(`${line}\n`),
  })
  const ports = await world.start(portsOf(order.services))
  const services: readonly LabService[] = [
    { name: 'mail', host: '127.0.0.1', ...ports.mail },
    { name: 'api', host: '127.0.0.1', ...ports.api },
    { name: 'db', host: '127.0.0.1', ...ports.db },
  ]
  tell({ kind: 'ready', services })
}

function portsOf(services: readonly LabService[]): WorldPorts | undefined {
  const named = (name: LabService['name']): LabService | undefined => services.find((service) => service.name === name)
  const [mail, api, db] = [named('mail'), named('api'), named('db')]
  return mail !== undefined && api !== undefined && db !== undefined ? { mail, api, db } : undefined
}

process.on('message', (order: LabToWorld) => {
  orders = orders.then(() => obey(order)).catch((error: unknown) => tell({ kind: 'failed', message: errorText(error) }))
})
process.on('disconnect', () => process.exit(0))
process.stdout.on('error', () => undefined) // the lab is gone; 'disconnect' ends this process
// A terminal's Ctrl+C reaches the whole group; the lab decides when the world ends.
process.on('SIGINT', () => undefined)
