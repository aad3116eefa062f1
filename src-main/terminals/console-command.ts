/** Which of the console's commands a line is. What is none of them is answered with what there is. */
import { splitWords } from './words.js'

export type ConsoleCommand =
  | { readonly kind: 'nothing' | 'help' | 'clear' }
  | { readonly kind: 'celery'; readonly words: readonly string[] }
  | {
      readonly kind: 'redis'
      readonly words: readonly string[]
      /** `-n` */
      readonly database: number | null
      /** `--raw` */
      readonly raw: boolean
    }
  /** Perhaps one of Redis' commands without `redis-cli` before it: only Redis knows them all. */
  | { readonly kind: 'perhaps-redis'; readonly words: readonly string[] }
  /** Only words for the learner. */
  | { readonly kind: 'said'; readonly text: string }

export const HELP = `celery …          Celery's own command line, on your files and this lab's broker:
                    celery -A tasks worker -c 2     a worker; Ctrl+C stops it warm, twice cold
                    celery -A tasks beat            sends what the schedule says, until Ctrl+C
                    celery -A tasks status          which workers answer
                    celery -A tasks inspect active  what they run; also reserved, scheduled, stats …
                    celery -A tasks call tasks.add -a '[1, 2]'      celery -A tasks result TASK_ID
                    celery -A tasks purge           throws waiting messages away; it asks first
                    celery -A tasks events --dump   every event, until Ctrl+C
redis-cli …       Redis' commands, or the command alone:
                    LLEN celery      LRANGE celery 0 -1      HGETALL unacked      TTL KEY      MONITOR
                    redis-cli -n 1 KEYS '*'         another database
clear             empties this screen (also Ctrl+L)
help              this text

Tab completes commands, options, queues and task names; Tab twice lists them. The arrow up brings
lines back, Ctrl+C stops what runs. What destroys messages or ends workers asks once before it does.
`

const NOT_HERE: Readonly<Record<string, string>> = {
  python: 'Python has a terminal of its own here: the tab >>> python.',
  python3: 'Python has a terminal of its own here: the tab >>> python.',
  pip: 'Nothing can be installed here; exported to a real project, your files run with every package.',
  kill: 'Workers are stopped on the stage and under Break it; one that runs here, with Ctrl+C.',
  cd: 'The console stays in the folder of your files.',
  ls: 'Your files are the tabs of the editor.',
  cat: 'Your files are the tabs of the editor.',
  exit: 'There is nothing to leave here: the console ends with the app.',
  quit: 'There is nothing to leave here: the console ends with the app.',
}

export function consoleCommand(line: string): ConsoleCommand {
  const split = splitWords(line.replace(/^\s*\$\s+/, '')) // copied with its prompt
  if (split.kind === 'refused') return { kind: 'said', text: split.why }
  const [first = '', ...rest] = split.words
  if (first === '') return { kind: 'nothing' }
  if (first === 'help' || first === 'clear') return { kind: first }
  if (first === 'celery') return { kind: 'celery', words: rest }
  if (first === 'redis-cli') return redisCli(rest)
  const elsewhere = NOT_HERE[first]
  if (elsewhere !== undefined) return { kind: 'said', text: elsewhere }
  return { kind: 'perhaps-redis', words: split.words }
}

export function unknownCommand(name: string): string {
  return `${name}: there is no such command here. There are celery …, redis-cli …, clear and help.`
}

function redisCli(words: readonly string[]): ConsoleCommand {
  let database: number | null = null
  let raw = false
  let at = 0
  for (; words[at]?.startsWith('-') === true; at += 1) {
    const option = words[at]
    if (option === '--raw') raw = true
    else if (option === '--no-raw') raw = false
    else if (option === '-n' && /^\d{1,4}$/.test(words[at + 1] ?? '')) database = Number(words[++at])
    else
      return {
        kind: 'said',
        text: `redis-cli ${option} is not here; there are -n DATABASE and --raw. The console is connected to this lab's broker.`,
      }
  }
  const command = words.slice(at)
  if (command.length > 0) return { kind: 'redis', words: command, database, raw }
  return {
    kind: 'said',
    text: 'redis-cli needs a command here, for example redis-cli LLEN celery. The command alone does as well: LLEN celery',
  }
}
