/** The project's own source files as text, with paths relative to the project, and the imports written in each. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

export const projectFolder = resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** `src-main/engine/ids.ts` */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly from: string
  readonly line: number
  /** As written: `../ids.js`, `node:fs`, `svelte`. */
  readonly written: string
  /** The project's file that it means, or null for a package, a Node module or an asset. */
  readonly to: string | null
}

export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => [...walk(join(projectFolder, folder))])
    .map((file) => ({
      path: relative(projectFolder, file),
      text: readFileSync(file, 'utf8'),
    }))
}

function* walk(path: string): Generator<string> {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) yield* walk(join(path, name))
  } else if (/\.(ts|svelte)$/.test(path)) yield path
}

/** Every `import`, `export … from`, `import()`, `import('…').Type` and `require()` of a file; type imports count. */
export function importsOf(file: SourceFile): readonly Import[] {
  const { code, firstLine } = scriptOf(file)
  const tree = ts.createSourceFile(file.path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    const written = specifierOf(node)
    if (written !== null) {
      const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + firstLine
      found.push({ from: file.path, line, written, to: fileMeant(file.path, written) })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function specifierOf(node: ts.Node): string | null {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
    return literal(node.moduleSpecifier)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal)
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require'
    if (isImport || isRequire) return literal(node.arguments[0])
  }
  return null
}

const literal = (node: ts.Node | undefined): string | null => (node && ts.isStringLiteralLike(node) ? node.text : null)

/** A component's scripts, with everything else blanked so that line numbers stay. */
function scriptOf(file: SourceFile): { readonly code: string; readonly firstLine: number } {
  if (!file.path.endsWith('.svelte')) return { code: file.text, firstLine: 1 }
  const scripts = [...file.text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)]
  const blank = file.text.replace(/[^\n]/g, ' ')
  const code = scripts.reduce((text, match) => {
    const start = match.index + match[0].indexOf('>') + 1
    const body = match[1] ?? ''
    return text.slice(0, start) + body + text.slice(start + body.length)
  }, blank)
  return { code, firstLine: 1 }
}

/** `./x.js` is written for x.ts, `./X.svelte` and `./x.svelte.js` for themselves. */
function fileMeant(from: string, written: string): string | null {
  if (!written.startsWith('.')) return null
  const path = join(dirname(from), written.replace(/\?.*$/, ''))
  const guesses = [path.replace(/\.js$/, '.ts'), path, `${path}.ts`, join(path, 'index.ts')]
  return guesses.find((guess) => /\.(ts|svelte)$/.test(guess) && existsSync(join(projectFolder, guess))) ?? null
}
