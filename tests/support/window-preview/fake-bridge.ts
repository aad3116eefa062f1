/**
 * A bridge with nothing behind it, for drawing the window while developing: fixed views, a told story, and answers after a moment.
 * Never part of the app, and no test of behaviour rests on it.
 */
import type { Bridge, Push } from '../../../src-main/contract/pushes.js'
import type { FileView, LabView } from '../../../src-main/contract/views.js'
import { filesView, labView, lessonView, phaseViews, TERMINALS } from './views.js'
import { tellScene } from './scenes.js'

export function makeFakeBridge(scene: string): Bridge {
  const listeners = new Set<(push: Push) => void>()
  const push = (what: Push): void => listeners.forEach((listener) => listener(what))
  const told = tellScene(scene, Date.now())
  const lab: LabView = labView(scene)
  const theme = new URLSearchParams(location.search).get('theme') ?? 'light'
  const settings = { theme: theme === 'dark' ? 'dark' : 'light', layout: {}, reducedMotion: 'system' } as const
  const view = {
    version: '0.1.0',
    electron: '25.1.1',
    phases: phaseViews(),
    lesson: scene === 'starting' || scene === 'failed' ? null : lessonView(scene),
    files: filesView(scene),
    lab,
    settings,
    mayShowTour: false,
  }

  const answers: Record<string, unknown> = {
    'app.snapshot': { view, feed: told.before, terminals: TERMINALS },
    'record.task': { items: [] },
  }
  Reflect.set(window, 'fakePush', push)
  let sent = false
  return {
    ask: (async (name: string) => {
      await new Promise((done) => setTimeout(done, name === 'app.snapshot' ? 20 : 400))
      if (name === 'app.snapshot' && !sent) {
        sent = true
        answers[name] = {
          view: { ...view, files: await withFingerprints(view.files) },
          feed: told.before,
          terminals: TERMINALS,
        }
        told.after.forEach((items, at) => setTimeout(() => push({ kind: 'feed', items }), 300 + at * 250))
      }
      if (name === 'web.buy' && scene === 'dead') {
        return {
          ok: false,
          problem: {
            code: 'web-off',
            what: 'The web app did not answer on its port.',
            meaning: 'No ticket was bought and no message was sent.',
            next: 'Press Restart web, then buy again.',
          },
        }
      }
      return { ok: true, value: answers[name] ?? null }
    }) as Bridge['ask'],
    onPush(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** As main does it: SHA-256, first 12 hex digits. */
async function withFingerprints(files: readonly FileView[]): Promise<readonly FileView[]> {
  return Promise.all(
    files.map(async (file) => {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(file.text)))
      return {
        ...file,
        fingerprint: [...digest]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join('')
          .slice(0, 12),
      }
    }),
  )
}
