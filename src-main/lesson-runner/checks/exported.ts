/** `exported`: the lab was written to the disk as a project. */
import * as v from 'valibot'
import type { Watch } from './watch.js'

export const exportedCheck = v.strictObject({ kind: v.literal('exported') })
export type ExportedCheck = v.InferOutput<typeof exportedCheck>

export function watchExported(_wanted: ExportedCheck): Watch {
  let last: string | null = null
  return {
    see({ fact }) {
      if (fact.kind === 'project-exported') last = `${fact.files.length} files are in ${fact.folder}.`
    },
    verdict: () =>
      last === null
        ? { passed: false, observed: 'Your lab has not been exported yet.' }
        : { passed: true, observed: last },
  }
}
