/**
 * Which of the learner's files a name means: the module of `-A`, and what a module imports by a relative path. Names are
 * paths inside the working folder, with `/`. Pure; whoever holds the files asks.
 */
import { posix } from 'node:path'

/** Endings that are run here, in the order in which they are looked for. */
export const moduleEndings = ['.ts', '.js'] as const

export function isModuleFile(name: string): boolean {
  return moduleEndings.some((ending) => name.endsWith(ending)) && !name.endsWith('.d.ts')
}

/** All files that may be meant by `-A shop.tasks`: `shop/tasks.ts`, `shop/tasks.js`, `shop/tasks/index.ts` … */
export function filesOfModule(module: string, names: Iterable<string>): readonly string[] {
  const there = new Set(names)
  const stem = module.replaceAll('.', '/')
  return [stem, `${stem}/index`].flatMap(withEndings).filter((name) => there.has(name))
}

/**
 * The file that `specifier` means in the file `from`; null when there is none. As TypeScript: `./mail` is mail.ts or
 * mail.js, and `./mail.js` is mail.ts when there is no mail.js.
 */
export function fileMeant(specifier: string, from: string, names: ReadonlySet<string>): string | null {
  const path = posix.join(posix.dirname(from), specifier).replace(/\/$/, '')
  const written = path.endsWith('.js') ? [path, `${path.slice(0, -'.js'.length)}.ts`] : [path]
  const guesses = [...written, ...withEndings(path), ...withEndings(`${path}/index`)]
  return guesses.find((name) => isModuleFile(name) && names.has(name)) ?? null
}

function withEndings(stem: string): readonly string[] {
  return moduleEndings.map((ending) => stem + ending)
}
