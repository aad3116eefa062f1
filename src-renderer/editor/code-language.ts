/** What the editor knows of a language: its colours, how deep a block goes, and what it is called. */
import { javascript } from '@codemirror/lang-javascript'
import { python } from '@codemirror/lang-python'
import { indentUnit } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import type { TaskLanguage } from '../../src-main/contract/views.js'

export function codeLanguage(language: TaskLanguage): Extension {
  return language === 'python'
    ? [python(), indentUnit.of('    ')]
    : [javascript({ typescript: true }), indentUnit.of('  ')]
}

export function languageName(language: TaskLanguage): string {
  return language === 'python' ? 'Python' : 'TypeScript'
}
