/** Settings as `inspect conf` and `report` show them: passwords and keys covered. Celery: celery/app/utils.py (filter_hidden_settings, bugreport) */
import { release, arch } from 'node:os'
import { isObject } from '../message/shapes.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { software, systemName } from '../software.js'
import { celeryDefaults } from './celery-defaults.js'
import { shownSchedule } from './shown-schedule.js'

const hidden = /API|TOKEN|KEY|SECRET|PASS|PROFANITY_FILTER|SIGNATURE|DATABASE/i
const mask = '********'
/** Settings that `changedSettings` puts where Celery has them. */
const ownPlace: ReadonlySet<string> = new Set(['broker_url', 'result_backend', 'worker_disable_prefetch'])

export interface SettingsFacts {
  /** What the code has set over the defaults. */
  readonly conf: Readonly<Record<string, unknown>>
  readonly brokerUrl: string
  /** null: results are disabled. */
  readonly resultBackend: string | null
  /** `-A` */
  readonly appModule: string
  /** false: an app that is no worker. */
  readonly ofWorker?: boolean
}

export function shownSettings(facts: SettingsFacts, withDefaults: boolean): WireObject {
  const changed = changedSettings(facts)
  if (!withDefaults) return covered(changed)
  const order = [...new Set([...Object.keys(celeryDefaults), ...Object.keys(changed)])]
  return covered(Object.fromEntries(order.map((key) => [key, changed[key] ?? celeryDefaults[key] ?? null])))
}

/** `celery report` and `inspect report`: what a bug report needs; our own software where Celery names Python's. */
export function bugReport(facts: SettingsFacts): string {
  const settings = shownSettings(facts, false)
  const transport = facts.brokerUrl.replace(/:\/\/.*/, '')
  const results = facts.resultBackend === null ? 'disabled' : withoutPassword(facts.resultBackend)
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${pythonRepr(value)}`)
  return (
    `\nsoftware -> celery:${software.version} (${software.codename}) node:${process.versions.node}\n` +
    `            v8:${process.versions.v8}\n` +
    `platform -> system:${systemName(process.platform)} arch:${arch()}\n` +
    `            kernel version:${release()} imp:Node.js\n` +
    `loader   -> celery.loaders.app.AppLoader\n` +
    `settings -> transport:${transport} results:${results}\n\n` +
    `${lines.join('\n')}\n`
  )
}

function changedSettings({
  conf,
  brokerUrl,
  resultBackend,
  appModule,
  ofWorker = true,
}: SettingsFacts): Record<string, WireValue> {
  const { include: given, ...others } = conf as Readonly<Record<string, WireValue>> // came as JSON
  const include = Array.isArray(given) ? (given as readonly WireValue[]) : []
  return {
    broker_url: brokerUrl,
    result_backend: resultBackend,
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !ownPlace.has(key))),
    // As Celery 5.6: what it sets itself while it starts is shown too.
    deprecated_settings: null,
    ...(ofWorker ? { worker_disable_prefetch: others.worker_disable_prefetch ?? false } : {}),
    ...(ofWorker ? { include: [appModule, ...include, 'celery.app.builtins'].filter((name) => name !== '') } : {}),
  }
}

function covered(settings: WireObject): WireObject {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, coveredValue(key, value)]))
}

function coveredValue(key: string, value: WireValue): WireValue {
  if (key === 'beat_schedule') return shownSchedule(value)
  if (isObject(value)) return covered(value)
  if (hidden.test(key)) return mask
  return typeof value === 'string' && /broker_url|backend/.test(key) ? withoutPassword(value) : value
}

function withoutPassword(url: string): string {
  return url.replace(/(^|;)([a-z+]+:\/\/[^:@/;]*):[^@;]*@/gi, `$1$2:${mask}@`)
}
