/** An app without `result_backend`: nothing is stored, and whoever asks for a result is told why. Celery: celery/backends/base.py DisabledBackend */
import type { ResultBackend } from './result-meta.js'

export const disabledBackend: ResultBackend = {
  store: () => Promise.resolve(),
  get: refuse,
  waitFor: refuse,
  forget: refuse,
  reach: () => Promise.resolve(),
  chords: null,
  close: () => Promise.resolve(),
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('No result backend is configured: set result_backend to read results.'))
}
