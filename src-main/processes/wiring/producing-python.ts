/** Python in a process of the lab that runs no tasks: it sends them by the engine, and what it prints is plain text. */
import { warnOfSettingsWithoutEffect } from '../../engine/control/settings-without-effect.js'
import { Log } from '../../engine/ports/log.js'
import { systemClock } from '../../engine/ports/system.js'
import { Children } from '../../engine/trace/children.js'
import { PythonHost, type PythonHostOptions } from '../../python-host/python-host.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { besideEntry } from './entry-folder.js'
import { LazyApp } from './lazy-app.js'
import type { StandardStreams } from './stream-sink.js'

export interface ProducingPython {
  readonly host: PythonHost
  readonly app: LazyApp
  /** With what the code says, once it is loaded. */
  readonly configure: LazyApp['configure']
}

export async function startProducingPython(given: {
  readonly environment: LearnerEnvironment
  /** Of the process, in its log. */
  readonly processName: string
  /** What Python says its script is. */
  readonly program: string
  readonly write: StandardStreams
  readonly onPythonExit: (code: number) => void
  /** For input(). */
  readonly readLine?: PythonHostOptions['readLine']
}): Promise<ProducingPython> {
  const { environment, processName, program, write, onPythonExit, readLine } = given
  const log = new Log({ processName, level: 'WARNING', sink: write.stderr, clock: systemClock })
  const app = new LazyApp(environment, new Children(), log) // no task runs here, so nothing has children
  const host = new PythonHost({
    threadFile: besideEntry('python-thread.cjs'),
    snapshotFile: environment.snapshotFile,
    program,
    loglevel: null,
    app: app.port,
    onLog: ({ message }) => write.stderr(`${message}\n`),
    onOutput: (stream, text) => write[stream](text),
    onPythonExit,
    ...(readLine === undefined ? {} : { readLine }),
  })
  await host.start()
  const configure: LazyApp['configure'] = (conf, tasks) => {
    warnOfSettingsWithoutEffect(conf, log)
    return app.configure(conf, tasks)
  }
  return { host, app, configure }
}
