/** The learner's files as node-host takes them, and where its modules may connect to. */
import { resolve } from 'node:path'
import { isModuleFile } from '../../node-host/module-files.js'
import type { ModuleFile } from '../../node-host/module-loader.js'
import type { NodeRunnerOptions } from '../../node-host/node-runner.js'
import { refusalOf } from '../../python-host/refused-file.js'
import { codeFingerprint, type CodeFile } from '../../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { besideEntry } from './entry-folder.js'

export type NodeCode = Pick<
  NodeRunnerOptions,
  'workdir' | 'files' | 'fingerprint' | 'brokerUrl' | 'resultBackend' | 'services' | 'environ' | 'threadFile'
>

export function nodeCode(environment: LearnerEnvironment, files: readonly CodeFile[]): NodeCode {
  const { workdir, brokerUrl, resultBackend, services, environ } = environment
  return {
    workdir: resolve(workdir),
    files: files.filter(({ name }) => isModuleFile(name)).map(moduleFile),
    fingerprint: codeFingerprint(files),
    brokerUrl,
    resultBackend,
    services,
    environ,
    threadFile: besideEntry('node-thread.cjs'),
  }
}

function moduleFile(file: CodeFile): ModuleFile {
  const { name, bytes } = file
  const refusal = refusalOf(file)
  return refusal === null ? { name, text: new TextDecoder().decode(bytes) } : { name, refusal }
}
