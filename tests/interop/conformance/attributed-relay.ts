/**
 * Lets our Python look into a test's Redis: its sockets reach services of the lab only, which begin with one line saying
 * who asks. This is such a service, which reads that line and is a plain pipe to Redis from then on.
 */
import { JoinedSockets } from '../../support/joined-sockets.js'

export class AttributedRelay extends JoinedSockets {
  constructor(targetPort: number) {
    super(targetPort, (near, far) => {
      far.pipe(near)
      let first = Buffer.alloc(0)
      const untilNewline = (chunk: Buffer): void => {
        first = Buffer.concat([first, chunk])
        const end = first.indexOf('\n')
        if (end < 0) return
        near.off('data', untilNewline)
        far.write(first.subarray(end + 1))
        near.pipe(far)
      }
      near.on('data', untilNewline)
    })
  }
}
