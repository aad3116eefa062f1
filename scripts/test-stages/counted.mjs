// Runs test programs and counts what they did: `{ passed, failed, skipped, note? }` for each stage, read from the
// program's own JSON report; the note names what passed on its second try. A program that fails without naming a failed test counts as one failure.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { run } from '../setup/children.mjs'
import { inRoot, root } from '../setup/paths.mjs'

const bin = (...parts) => inRoot('node_modules', ...parts)
const reportFile = (name) => inRoot('test-results', `${name}.json`)

function freshReport(name) {
  const file = reportFile(name)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  return file
}

const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)
const sayTriedAgain = (titles) =>
  titles.length > 0 ? { note: `${titles.length} on the second try: ${titles.join(' · ')}` } : {}
const atLeastOneFailure = (counts, code) => (code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)

/** Runs one program that either passes or fails as a whole. */
export async function check(command, args) {
  const { code } = await run(command, args, { cwd: root, show: true })
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

export const nodeCheck = (program, ...args) => check(process.execPath, [program, ...args])

export async function together(...checks) {
  const sum = { passed: 0, failed: 0 }
  for (const one of checks) {
    const { passed, failed } = await one()
    sum.passed += passed
    sum.failed += failed
  }
  return sum
}

export async function vitest(project, { filters = [], env = {} } = {}) {
  const file = freshReport(project)
  const { code } = await run(
    process.execPath,
    [
      bin('vitest', 'vitest.mjs'),
      'run',
      `--project=${project}`,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...filters,
    ],
    { cwd: root, show: true, env: { ...process.env, ...env } },
  )
  const report = readReport(file)
  const counts = { passed: 0, failed: 0, skipped: 0, ...sayTriedAgain(passedAgain(report)) }
  if (report) {
    counts.passed = report.numPassedTests
    counts.failed = report.numFailedTests + report.testResults.filter(isBrokenFile).length
    counts.skipped = report.numPendingTests + report.numTodoTests
  }
  return atLeastOneFailure(counts, code)
}

const passedAgain = (report) =>
  (report?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter(({ status, meta }) => status === 'passed' && meta?.tries > 1)
    .map(({ fullName }) => fullName)

/** A file that could not be loaded has failed, and holds no test that says so. */
const isBrokenFile = (result) =>
  result.status === 'failed' && result.assertionResults.every(({ status }) => status !== 'failed')

export async function playwright({ filters = [], env = {} } = {}) {
  const file = freshReport('e2e')
  const { code } = await run(
    process.execPath,
    [bin('@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json', ...filters],
    { cwd: root, show: true, env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file } },
  )
  const found = readReport(file)
  const stats = found?.stats
  const counts = {
    ...sayTriedAgain((found?.suites ?? []).flatMap(flakyIn)),
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
  }
  return atLeastOneFailure(counts, code)
}

const flakyIn = ({ suites = [], specs = [] }) => [
  ...suites.flatMap(flakyIn),
  ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(({ title }) => title),
]

/** One step of each phase in which a task in TypeScript does what the phase is about. `lessons:check` proves all of them. */
const tellingInTypeScript = '01/06,02/06,03/03,04/04,05/12,06/08,07/12,08/01'

/** Every step of every lesson, and some in TypeScript: its start must be red, its solution green. */
export async function lessons() {
  const python = await lessonsChecked('lessons')
  const chosen = ['--language', 'typescript', '--only', tellingInTypeScript]
  const typescript = await lessonsChecked('lessons-typescript', chosen)
  return { passed: python.passed + typescript.passed, failed: python.failed + typescript.failed }
}

async function lessonsChecked(report, chosen = []) {
  const file = freshReport(report)
  const asked = [inRoot('out', 'main', 'lessons-check.cjs'), '--labs', '3', '--json', file, ...chosen]
  const { code } = await run(process.execPath, asked, { cwd: root, show: true })
  const steps = readReport(file)?.steps ?? []
  const passed = steps.filter(({ ok }) => ok).length
  return atLeastOneFailure({ passed, failed: steps.length - passed }, code === 0 && steps.length === 0 ? 1 : code)
}
