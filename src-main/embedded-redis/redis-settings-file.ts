/**
 * Redis' settings, the password among them, in a file that only this user can read and that is gone once Redis has read it.
 * A password on the command line or in the environment would show in every process list.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface RedisSettings {
  readonly password: string
  /** Redis' working folder. */
  readonly dataFolder: string
  readonly maxMemoryMegabytes: number
  /** Every change goes to a file in the working folder as well, which Redis reads when it starts. */
  readonly appendOnly: boolean
}

export interface RedisSettingsFile {
  readonly path: string
  remove(): Promise<void>
}

/** 256 bits in hexadecimal: nothing in it needs quoting, in a URL or in Redis' own file. */
export function randomPassword(): string {
  return randomBytes(32).toString('hex')
}

export async function writeRedisSettings(settings: RedisSettings): Promise<RedisSettingsFile> {
  const folder = await mkdtemp(join(settings.dataFolder, 'redis-settings-')) // mkdtemp makes it 0700
  const path = join(folder, 'redis.conf')
  await writeFile(path, settingsText(settings), { mode: 0o600, flag: 'wx' })
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

function settingsText(settings: RedisSettings): string {
  return [
    `requirepass ${settings.password}`,
    'protected-mode yes',
    `maxmemory ${settings.maxMemoryMegabytes}mb`,
    // A broker that throws messages away to make room would be a lie; a refused LPUSH is an error somebody sees.
    'maxmemory-policy noeviction',
    // Tells when a key's time to live is over (Ex): nothing else shows that a result record has expired.
    'notify-keyspace-events Ex',
    `dir ${quoted(settings.dataFolder)}`,
    `appendonly ${settings.appendOnly ? 'yes' : 'no'}`,
    'daemonize no',
    'always-show-logo no',
    '',
  ].join('\n')
}

/** Redis' own quoting: backslash and double quote are escaped inside double quotes. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
