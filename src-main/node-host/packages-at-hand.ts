/**
 * Packages that a module can import though its folder has none installed: what a task needs to send a mail. One that is
 * installed there is taken before ours.
 */
import { createRequire } from 'node:module'

const atHand: ReadonlySet<string> = new Set(['nodemailer'])

/** `require` from the module's own folder, then from the app's packages. */
export function requirePackage(specifier: string, fromFolder: (specifier: string) => unknown): unknown {
  try {
    return fromFolder(specifier)
  } catch (error) {
    if (!atHand.has(specifier) || !isNotFound(error)) throw error
    return createRequire(__filename)(specifier) as unknown
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND'
}
