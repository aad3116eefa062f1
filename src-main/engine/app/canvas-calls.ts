/** Carries out what running code asks about signatures and groups: app-port.ts for canvases. */
import { freeze, type Fixed } from '../canvas/freeze.js'
import { closed, opened } from '../canvas/open-signature.js'
import { asTuple } from '../canvas/result-node.js'
import { sendWritten, type CanvasPorts, type OwnCall } from '../canvas/send-canvas.js'
import { NotImplementedError } from '../errors.js'
import type { Signature } from '../message/envelope.js'
import { isObject, isSignature } from '../message/shapes.js'
import type { ChordHeader, ResultBackend } from '../result-backend/result-meta.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { CanvasCalls } from '../trace/canvas-calls.js'

export interface CanvasCallParts {
  readonly canvas: CanvasPorts
  readonly backend: () => ResultBackend
  /** Told of what a running task has sent, in a result's form. */
  readonly onTree?: (parentId: string, tree: WireValue) => void
}

export function canvasCalls({ canvas, backend, onTree }: CanvasCallParts): CanvasCalls {
  const groups = (): ChordHeader => groupsOf(backend())
  return {
    async sendCanvas({ signatureJson, argsJson, kwargsJson, optionsJson, parent }) {
      const args = parseJson(argsJson)
      const call = { kwargs: objectOf(kwargsJson), options: objectOf(optionsJson), parent }
      const given = Array.isArray(args) ? (args as readonly WireValue[]) : [] // isArray does not narrow readonly arrays
      const { ports, calls } = leavingOwn(canvas)
      const sent = await sendWritten(signatureOf(signatureJson), { ...call, args: given }, ports)
      if (parent !== null) for (const tree of sent.children) onTree?.(parent.id, tree)
      return {
        resultJson: stringifyJson(asTuple(sent.result)),
        childrenJson: stringifyJson(sent.children),
        callsJson: stringifyJson(calls as unknown as WireValue), // plain data
      }
    },
    freeze({ signatureJson, fixedJson }) {
      const open = opened(signatureOf(signatureJson), true)
      const { chord, ...fixed } = objectOf(fixedJson)
      const body = isSignature(chord) ? { chord: opened(chord, true) } : {}
      const result = freeze(open, { ...(fixed as Fixed), ...body }, canvas) // by the names of Fixed on both sides
      return Promise.resolve({
        signatureJson: stringifyJson(closed(open)),
        resultJson: stringifyJson(asTuple(result)),
      })
    },
    saveGroup: async (groupId, resultJson) => groups().saveGroup(groupId, parseJson(resultJson)),
    savedGroup: async (groupId) => stringifyJson(await groups().saved(groupId)),
    deleteGroup: async (groupId) => groups().deleteGroup(groupId),
    enlargeChord: async (groupId) => groups().enlarge(groupId),
  }
}

/** The code waits for the answer: what it has to send by itself, it sends then. */
function leavingOwn(canvas: CanvasPorts): { ports: CanvasPorts; calls: readonly OwnCall[] } {
  const { ownApplyAsync } = canvas
  const calls: OwnCall[] = []
  if (ownApplyAsync === undefined) return { ports: canvas, calls }
  const call = (one: OwnCall): Promise<void> => Promise.resolve(void calls.push(one))
  return { ports: { ...canvas, ownApplyAsync: { has: ownApplyAsync.has, call } }, calls }
}

/** Where groups are kept. */
export function groupsOf({ chords }: Pick<ResultBackend, 'chords'>): ChordHeader {
  if (chords === null) throw new NotImplementedError('No result backend is configured: groups are not kept')
  return chords
}

function signatureOf(json: string): Signature {
  const value = parseJson(json)
  if (!isSignature(value)) throw new TypeError('a signature is not an object that names a task; nothing was sent')
  return value
}

function objectOf(json: string): WireObject {
  const value = parseJson(json)
  return isObject(value) ? value : {}
}
