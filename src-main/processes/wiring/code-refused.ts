/** Code that does not load, as the command line says it. Celery: celery/bin/celery.py */
import type { CodeError } from '../../engine/trace/task-runner.js'

/** Answers the exit code. */
export function codeRefused(error: CodeError, appModule: string, say: (text: string) => void): number {
  if (error.type === 'ModuleNotFoundError' && error.message.includes(`'${appModule.split(':')[0]}'`)) {
    say(
      "Usage: celery [OPTIONS] COMMAND [ARGS]...\nTry 'celery --help' for help.\n\n" +
        `Error: Invalid value for '-A' / '--app': \nUnable to load celery application.\nThe module ${appModule} was not found.\n`,
    )
    return 2
  }
  say(error.traceback)
  return 1
}
