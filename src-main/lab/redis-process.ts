/** Redis as one of the lab's processes: found, started with a fresh password on a free port, stopped; and told about when it dies. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reply } from '../contract/problem.js'
import { findRedisBinary, installCommand, type FoundRedis } from '../embedded-redis/find-redis-binary.js'
import { freePort } from '../embedded-redis/free-port.js'
import { randomPassword } from '../embedded-redis/redis-settings-file.js'
import { killPid, survivors } from '../faults/process-killer.js'
import type { LabToRedisHost, RedisHostToLab } from '../processes/messages/redis-host-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { redisDidNotStart, redisMissing, refuse } from './problems.js'
import { forkEntry, stopChild, type Surroundings } from './surroundings.js'

export interface RunningRedis {
  readonly host: string
  readonly port: number
  readonly password: string
  readonly version: string
}

export interface RedisProcessOptions {
  readonly surroundings: Surroundings
  /** It ended and nobody had asked for it. */
  readonly onDied: (exit: Exit) => void
}

const HOST = '127.0.0.1'
const PORTS_TRIED = 4
const STARTED_WITHIN_MS = 15_000
const STOPPED_WITHIN_MS = 2_500

type StartAnswer = { readonly ready: true; readonly port: number } | { readonly ready: false; readonly reason: string }

type Host = ChildHandle<LabToRedisHost, RedisHostToLab>

export class RedisProcess {
  readonly #options: RedisProcessOptions
  /** One for the life of the lab, so that a Redis that was started again is reached with the same URL. */
  readonly #password = randomPassword()
  /** Whether it keeps its data in a file: what the next start goes by. */
  appendOnly = false
  #host: Host | null = null
  #pid: number | null = null
  #expecting = false
  /** Where it ran last: it comes back on the same port, and in the folder with its data. */
  #port: number | null = null
  #folder: string | null = null
  /** In the system's temporary folder, made when the data folder takes no files: nobody else can have made it before. */
  #spareFolder: string | null = null

  constructor(options: RedisProcessOptions) {
    this.#options = options
  }

  async start(): Promise<Reply<RunningRedis>> {
    this.#expecting = false
    const { book, places, terminals } = this.#options.surroundings
    book.declare('redis', 'redis', null)
    const binary = await findRedisBinary({
      bundledFolder: places.bundledRedisFolder,
      buildFolder: places.builtRedisFolder,
    })
    if (!binary.found) return refuse(redisMissing(binary.lookedFor, installCommand()))
    const started = await this.#startSomewhere(binary)
    if (!started.ready) return refuse(redisDidNotStart(started.reason, binary.binary))
    const { port } = started
    terminals.note('redis', `Redis ${binary.version} (${binary.from}) listens on ${HOST}:${port}, for this app only`)
    return { ok: true, value: { host: HOST, port, password: this.#password, version: binary.version } }
  }

  /** For good: also what it kept is gone. */
  async stop(): Promise<void> {
    await this.end()
    if (this.#spareFolder !== null) await rm(this.#spareFolder, { recursive: true, force: true })
    this.#spareFolder = null
  }

  /** Redis is asked to end, as by a computer that is shut down in order: what its append-only file holds stays. */
  async end(): Promise<void> {
    this.#expecting = true
    const host = this.#host
    const pid = this.#pid
    if (host === null) return
    const stopped = await stopChild(host, { kind: 'stop' }, STOPPED_WITHIN_MS)
    // A host that had to be killed may have left Redis to its watchdog, which looks every two seconds: do not wait for it.
    if (!stopped && pid !== null && (await survivors([pid], 100)).length > 0) killPid(pid)
  }

  /** Of a Redis that does not run: it will come back empty. */
  async eraseData(): Promise<void> {
    if (this.#folder === null) return
    const kept = ['appendonlydir', 'appendonly.aof', 'dump.rdb'].map((name) => join(this.#folder ?? '', name))
    await Promise.all(kept.map((path) => rm(path, { recursive: true, force: true })))
  }

  /** Redis writes nothing but its settings, for a moment: when the data folder takes no files, the system's temporary folder does. */
  async #startSomewhere(binary: FoundRedis): Promise<StartAnswer> {
    const { dataFolder } = this.#options.surroundings.places
    const inDataFolder = await this.#startIn(join(dataFolder, 'redis'), binary)
    if (inDataFolder.ready || !isAboutFiles(inDataFolder.reason)) return inDataFolder
    this.#spareFolder ??= await mkdtemp(join(tmpdir(), 'celery-from-zero-redis-')).catch(() => null)
    return this.#spareFolder === null ? inDataFolder : this.#startIn(this.#spareFolder, binary)
  }

  async #startIn(folder: string, binary: FoundRedis): Promise<StartAnswer> {
    let answer: StartAnswer = { ready: false, reason: '' }
    const first = this.#folder === null
    this.#folder = folder
    // What an app that was killed left behind is another session's.
    if (first) await this.eraseData().catch(() => undefined) // a folder that takes no files is told of below
    for (let attempt = 1; attempt <= PORTS_TRIED; attempt += 1) {
      const port = attempt === 1 && this.#port !== null ? this.#port : await freePort(HOST)
      answer = await this.#startOn(port, binary, folder)
      if (answer.ready) {
        this.#port = answer.port
        return answer
      }
      // Somebody was quicker on that port, or Redis says no more than that it closed: another port may help.
      if (!/already in use|EADDRINUSE|closed with code/i.test(answer.reason)) break
    }
    return answer
  }

  async #startOn(port: number, binary: FoundRedis, folder: string): Promise<StartAnswer> {
    const { surroundings } = this.#options
    const { places } = surroundings
    const host: Host = forkEntry('redis-host', 'redis', surroundings)
    this.#host = host
    host.send({
      kind: 'start',
      binary: binary.binary,
      libraryFolder: binary.libraryFolder,
      buildFolder: places.builtRedisFolder ?? join(places.dataFolder, 'redis-build'),
      password: this.#password,
      dataFolder: folder,
      port,
      appendOnly: this.appendOnly,
    })
    const answer = await host.next(isAnswer, { timeoutMs: STARTED_WITHIN_MS })
    if (answer.kind === 'message' && answer.message.kind === 'ready') {
      this.#watch(host, answer.message.pid)
      return { ready: true, port: answer.message.port }
    }
    host.kill()
    this.#host = null
    if (answer.kind === 'message')
      return { ready: false, reason: answer.message.kind === 'failed' ? answer.message.message : '' }
    if (answer.kind === 'exited')
      return { ready: false, reason: `its host ended with ${answer.exit.signal ?? answer.exit.code ?? 'an error'}` }
    return { ready: false, reason: `no answer within ${STARTED_WITHIN_MS / 1000} seconds` }
  }

  #watch(host: Host, pid: number): void {
    const { book } = this.#options.surroundings
    this.#pid = pid
    book.started('redis', pid)
    book.ready('redis', null)
    host.onExit((exit) => {
      this.#pid = null
      if (this.#host === host) this.#host = null
      const expected = this.#expecting
      // The host goes when Redis goes, and the other way round; Redis' own exit code is not known to us then.
      book.exited('redis', expected ? { code: 0, signal: null, expected } : { code: null, signal: null, expected })
      if (expected) return
      killPid(pid) // whichever of the two died, the other must not stay
      this.#options.onDied(exit)
    })
  }
}

function isAboutFiles(reason: string): boolean {
  return /ENOSPC|EDQUOT|EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EIO/.test(reason)
}

function isAnswer(message: RedisHostToLab): message is RedisHostToLab {
  return message.kind === 'ready' || message.kind === 'failed'
}
