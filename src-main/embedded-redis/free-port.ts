/** A loopback port that nobody listens on right now. Somebody may take it before we do: who uses it must be ready to ask again. */
import { createServer } from 'node:net'

export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ host, port: 0 }, () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string')
          reject(new Error('The probe for a free port got no port number'))
        else resolve(address.port)
      })
    })
  })
}
