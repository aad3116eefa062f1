/** Our `celery worker` as a terminal starts it, beside `startRealWorker`: the same arguments, the same way of ending. */
import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entry } from './entries.js'
import { defaultTasksPy, RealWorker, realCeleryEnvironment, type RealCelery } from './real-celery.js'

/** `args` follow `celery -A tasks worker`. Answers when the worker is ready. */
export async function startOurCommandLineWorker(
  celery: RealCelery,
  args: readonly string[] = ['-c', '1'],
): Promise<RealWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'our-worker-'))
  await writeFile(join(folder, 'tasks.py'), celery.tasksPy ?? defaultTasksPy)
  const child = spawn(process.execPath, [entry('cli'), '-A', 'tasks', 'worker', '--loglevel=INFO', ...args], {
    cwd: folder,
    env: realCeleryEnvironment(celery),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own process group, so that stop() reaches the pool processes
  })
  const worker = new RealWorker(folder, child)
  try {
    await worker.waitForOutput(' ready.', 60)
  } catch (error) {
    await worker.stop()
    throw error
  }
  return worker
}
