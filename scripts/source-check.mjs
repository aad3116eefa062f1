#!/usr/bin/env node
// Part of `npm run lint`: no file under version control names a place on somebody's machine or a package registry's
// host, so that a checkout works wherever it lies. Prints each offending line.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { inRoot, root } from './setup/paths.mjs'

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const homeFolder = homedir()

const refused = [
  // The folders of whoever runs this: what would only work here is caught here. A short one (/app) means too much else.
  ...(root.split(/[\\/]/).length > 3
    ? [{ what: 'the path of this checkout', pattern: new RegExp(literally(root)) }]
    : []),
  ...(homeFolder.length > 1
    ? [{ what: 'a path in a home folder', pattern: new RegExp(`${literally(homeFolder)}/[\\w.]`) }]
    : []),
  { what: "a path on one machine's disk", pattern: /(?:^|[\s'"`(=:])\/(?:root|work|farm)\/[\w.-]+/ },
  {
    what: "a package registry's address",
    pattern: /\bregistry\.(?:npmjs|yarnpkg)\.|\bnpm\.pkg\.github\.|\bpypi\.org\b/,
  },
]
/** Files captured from a real Celery keep the paths of the machine that they were captured on. */
const captured = /^tests\/wire\/.*\.(?:json|log|txt|py)$/
const isText = (file) =>
  /\.(?:[cm]?[jt]s|svelte|json|css|html|py|md|ya?ml|sh|toml)$|(?:^|\/)\.[\w.]+$|\/run$/.test(file)

const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
const found = []
for (const file of files) {
  const path = inRoot(file)
  if (!isText(file) || captured.test(file) || !existsSync(path) || statSync(path).size > 2_000_000) continue
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, at) => {
      const why = refused.find(({ pattern }) => pattern.test(line))
      if (why) found.push(`${file}:${at + 1}: ${why.what}: ${line.trim().slice(0, 140)}`)
    })
}
if (found.length > 0) {
  console.error(found.join('\n'))
  console.error(
    `\n${found.length} line(s) would tie the project to one machine. Use a path relative to the file or the project.`,
  )
  process.exitCode = 1
}
