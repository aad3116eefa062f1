/** The console as a program that is typed into: which command a line is, and what runs until it is over or Ctrl+C is pressed. */
import { errorText } from '../../contract/error-text.js'
import type { Completions, LineEditor } from '../../terminals/line-editor.js'
import { consoleCommand, HELP, unknownCommand, type ConsoleCommand } from '../../terminals/console-command.js'
import { celeryDanger, celeryStays } from '../../terminals/celery-danger.js'
import { readLine } from '../../terminals/command-line.js'
import { completeLine, type CompletionSources } from '../../terminals/complete-line.js'
import { askRedis } from '../../terminals/redis-connection.js'
import { dangerOf, staysOpen } from '../../terminals/redis-danger.js'
import { namesIn, type RedisNames } from '../../terminals/redis-names.js'
import { rawReply, showReply } from '../../terminals/show-reply.js'
import type { Next } from '../../terminals/typed-session.js'
import { startCelery } from './celery-command.js'
import { celeryWords } from './celery-words.js'
import { modulesIn } from './modules-in.js'
import type { ServedProgram, TerminalParts } from './serve-terminal.js'

const PROMPT = '$ '
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

export async function openConsole(parts: TerminalParts): Promise<ServedProgram> {
  await parts.write('celery and redis-cli, against the broker of this lab. help shows what there is; Tab completes.\n')
  return new Console(parts)
}

interface Running {
  readonly over: Promise<void>
  interrupt(): void
  kill(): void
}

class Console implements ServedProgram {
  readonly firstPrompt = PROMPT
  readonly #parts: TerminalParts
  #running: Running | null = null
  /** Asked once; null: not yet, or Redis was away. */
  #redisNames: RedisNames | null = null
  readonly #completion: CompletionSources

  constructor(parts: TerminalParts) {
    this.#parts = parts
    const { start, names } = parts
    this.#completion = {
      celery: celeryWords(),
      redis: () => this.#askRedisNames(),
      names: async () => ({ ...(await names()), modules: await modulesIn(start.environment.workdir) }),
    }
  }

  async run(line: string): Promise<Next> {
    const command = consoleCommand(line)
    try {
      await this.#carryOut(command)
    } catch (error) {
      await this.#parts.write(`${errorText(error)}\n`)
    } finally {
      this.#running = null
    }
    return ask()
  }

  interrupt(): void {
    this.#running?.interrupt()
  }

  forget(): Promise<Next> {
    return Promise.resolve(ask())
  }

  async end(): Promise<Next> {
    await this.#parts.write('There is nothing to leave here: the console ends with the app.\n')
    return ask()
  }

  complete(line: string): Promise<Completions> {
    return completeLine(line, this.#completion)
  }

  filesSaved(): void {}

  async close(): Promise<void> {
    const running = this.#running
    running?.kill()
    await running?.over
  }

  get #editor(): LineEditor {
    return this.#parts.editor
  }

  async #carryOut(command: ConsoleCommand): Promise<void> {
    const { write } = this.#parts
    switch (command.kind) {
      case 'nothing':
        return
      case 'help':
        return write(HELP)
      case 'clear':
        return write(CLEAR)
      case 'said':
        return write(`${command.text}\n`)
      case 'celery':
        return this.#celery(command.words)
      case 'redis':
        return this.#redis(command)
      case 'perhaps-redis': {
        const [name = ''] = command.words
        const isRedis = (await this.#askRedisNames()).has(name.toUpperCase())
        if (!isRedis) return write(`${unknownCommand(name)}\n`)
        return this.#redis({ kind: 'redis', words: command.words, database: null, raw: false })
      }
    }
  }

  async #askRedisNames(): Promise<RedisNames> {
    if (this.#redisNames !== null) return this.#redisNames
    let names: RedisNames = new Map()
    const { brokerUrl: url } = this.#parts.start.environment
    const asked = askRedis({ url, database: null }, ['COMMAND'], {
      stays: false,
      onReply: (reply) => (names = namesIn(reply)),
    })
    this.#running = { over: asked.done, interrupt: () => asked.close(), kill: () => asked.close() }
    await asked.done
    if (names.size > 0) this.#redisNames = names
    return names
  }

  async #celery(words: readonly string[]): Promise<void> {
    const { start, write } = this.#parts
    const line = readLine(this.#completion.celery, words)
    const danger = celeryDanger(line)
    if (danger !== null && !(await this.#isWanted(danger))) return write('Nothing was done.\n')
    const running = startCelery(words, {
      environment: start.environment,
      write: (text) => {
        if (!this.#editor.isAsking) return write(text)
        this.#editor.note(text) // a question is being asked
        return Promise.resolve()
      },
      readLine: async (question) => {
        const typed = await this.#editor.askFor(question)
        if (typed.kind === 'interrupt') running.interrupt()
        return typed.kind === 'line' ? typed.line : null
      },
    })
    this.#running = running
    if (celeryStays(line)) this.#editor.stays()
    await running.over
  }

  async #redis({ words, database, raw }: Extract<ConsoleCommand, { kind: 'redis' }>): Promise<void> {
    const { start, write } = this.#parts
    const danger = dangerOf(words)
    if (danger.kind === 'refuse') return write(`${words[0]} is not sent from here: ${danger.why}.\n`)
    if (danger.kind === 'ask' && !(await this.#isWanted(danger.what))) return write('Nothing was done.\n')
    const show = raw ? rawReply : showReply
    const asked = askRedis({ url: start.environment.brokerUrl, database }, words, {
      stays: staysOpen(words),
      onReply: (reply) => void write(show(reply)),
    })
    this.#running = { over: asked.done, interrupt: () => asked.close(), kill: () => asked.close() }
    if (staysOpen(words)) this.#editor.stays()
    await asked.done
  }

  async #isWanted(what: string): Promise<boolean> {
    await this.#parts.write(`${what}\n`)
    const typed = await this.#editor.askFor('Run it? [y/N]: ')
    return typed.kind === 'line' && ['y', 'yes'].includes(typed.line.trim().toLowerCase())
  }
}

function ask(): Next {
  return { kind: 'ask', prompt: PROMPT, more: false }
}
