/** A program for killed-while-saving.process.test.ts: saves a file and progress again and again until it is killed. Argument: the data folder. */
import type { Step } from '../../../src-main/lesson-runner/format/lesson.js'
import { LearnerFiles } from '../../../src-main/lesson-runner/session/learner-files.js'
import { OpenFiles } from '../../../src-main/lesson-runner/session/open-files.js'
import { Progress } from '../../../src-main/lesson-runner/session/progress.js'

const [dataFolder = ''] = process.argv.slice(2)
const step = { id: '01-step', start: { 'tasks.py': 'START' }, solution: {} } as unknown as Step // what OpenFiles looks at
const files = new OpenFiles(new LearnerFiles(dataFolder))
const progress = new Progress(dataFolder)
await files.resume('01-phase', step)
for (let round = 1; ; round += 1) {
  // Each text says how it ends, so that half a text is seen.
  const text = `# round ${round}\n${'x'.repeat(200_000)}\n# end ${round}\n`
  const saved = await files.save('tasks.py', text)
  await files.draft('tasks.py', `${text}draft`)
  await progress.change('01-phase', '01-step', { note: text })
  if (round === 1) process.stdout.write(saved.ok ? 'saving\n' : `failed: ${saved.problem.what}\n`)
}
