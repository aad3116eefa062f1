/** A program for killed-while-saving.process.test.ts: saves a file and progress again and again until it is killed. Argument: the data folder. */
import type { Step } from '../../../src-main/lesson-runner/format/lesson.js'
import { LearnerFiles } from '../../../src-main/lesson-runner/session/learner-files.js'
import { OpenFiles } from '../../../src-main/lesson-runner/session/open-files.js'
import { Progress } from '../../../src-main/lesson-runner/session/progress.js'

const [dataFolder = ''] = process.argv.slice(2)
const own = { start: { 'tasks.py': 'START' }, solved: {}, solution: {}, versions: {} }
const files: Step['files'] = { python: own, typescript: null, setsFiles: true, carried: {} }
const step = { id: '01-step', language: 'python', files, ...own } as unknown as Step // what OpenFiles looks at
const open = new OpenFiles(new LearnerFiles(dataFolder))
const progress = new Progress(dataFolder)
await open.resume('01-phase', step)
for (let round = 1; ; round += 1) {
  // Each text says how it ends, so that half a text is seen.
  const text = `# round ${round}\n${'x'.repeat(200_000)}\n# end ${round}\n`
  const saved = await open.save('tasks.py', text)
  await open.draft('tasks.py', `${text}draft`)
  await progress.change('01-phase', '01-step', { note: text })
  if (round === 1) process.stdout.write(saved.ok ? 'saving\n' : `failed: ${saved.problem.what}\n`)
}
