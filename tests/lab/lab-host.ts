/** A process that hosts a lab, as the app's main process does: for tests that kill it. Told what to do by its parent over IPC. */
import { createLab } from '../../src-main/lab/lab.js'
import type { LabPlaces } from '../../src-main/lab/lab-interface.js'
import type { Topology } from '../../src-main/contract/topology.js'

export interface HostOrder {
  readonly places: LabPlaces
  readonly workdir: string
  readonly topology: Topology
}

process.on('message', (order: HostOrder) => void host(order))

async function host({ places, workdir, topology }: HostOrder): Promise<void> {
  const lab = createLab(places)
  const started = await lab.start()
  process.send?.({ kind: 'started', started })
  if (!started.ok) return
  const built = await lab.build({ topology, workdir, lesson: 'test', step: 'one' })
  process.send?.({ kind: 'built', built })
  for (;;) await lab.buy({ count: 2, path: '/buy?seconds=1', together: true }) // busy until it is killed
}
