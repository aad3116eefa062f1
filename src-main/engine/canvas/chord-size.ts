/** How many tasks will report to a chord from one member of its header. Celery: celery/canvas.py (_chord._descend) */
import { bodyOf, partsOf, type OpenSignature } from './open-signature.js'

export function chordSize(open: OpenSignature): number {
  switch (open.type) {
    case 'group':
      return partsOf(open).reduce((sum, member) => sum + chordSize(member), 0)
    case 'chain':
      // The last step that is not empty reports for the whole chain.
      return (
        [...partsOf(open)]
          .reverse()
          .map(chordSize)
          .find((size) => size > 0) ?? 0
      )
    case 'chord':
      return chordSize(bodyOf(open))
    default:
      return 1
  }
}
