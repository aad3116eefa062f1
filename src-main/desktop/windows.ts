/**
 * The one window: made here and nowhere else, shown before the lab has started, at the place where it was left.
 * Input: app paths, the saved place, the theme; output: the window, and window.json when it is moved or sized.
 */
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { readJsonFile, writeJsonFileNow } from './json-file.js'
import { APP_ORIGIN, restrictContents, restrictSession, serveWindow } from './security.js'
import { SMALLEST, placeWindow, readWindowPlace } from './window-place.js'

export interface WindowOrder {
  readonly title: string
  readonly preloadFile: string
  readonly rendererFolder: string
  readonly iconFile: string
  readonly dataFolder: string
  /** Vite's address while developing; null in builds. */
  readonly developmentUrl: string | null
  /** The learner's web app as it is now; null while it does not run. */
  webAppUrl(): string | null
  /** The view of the ticket office has come to this path. */
  onPageAt(path: string): void
  /** A page that crashed was loaded again: the window says so. */
  onCrash(reason: string): void
  /** window.json could not be written. */
  onError(error: unknown): void
}

/** So that the first frame is not white on a dark desktop; the page paints the same colours. */
const BACKGROUND = { light: '#f6f7f4', dark: '#12160f' } as const
const SAVE_AFTER_MS = 400
/** A page that breaks again at once is left alone. */
const MOST_RELOADS = 3

export function openWindow(order: WindowOrder): BrowserWindow {
  const placeFile = join(order.dataFolder, 'window.json')
  const saved = readJsonFile(placeFile)
  const place = placeWindow(saved.kind === 'read' ? readWindowPlace(saved.value) : null, workAreas())
  const { maximized, ...bounds } = place
  const window = new BrowserWindow({
    ...bounds,
    minWidth: Math.min(SMALLEST.width, bounds.width),
    minHeight: Math.min(SMALLEST.height, bounds.height),
    title: order.title,
    icon: order.iconFile,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload: order.preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', (event) => event.preventDefault())
  rememberPlace(window, placeFile, order.onError)
  reloadAfterCrash(window, order.onCrash)

  const { session } = window.webContents
  restrictContents(window.webContents)
  restrictSession(session, order.developmentUrl, () => order.webAppUrl())
  window.webContents.on('did-frame-navigate', (_event, url, _status, _text, isMainFrame) => {
    const webApp = order.webAppUrl()
    if (!isMainFrame && webApp !== null && url.startsWith(`${webApp}/`)) order.onPageAt(url.slice(webApp.length))
  })
  serveWindow(session, order.rendererFolder)
  window.loadURL(order.developmentUrl ?? `${APP_ORIGIN}/index.html`).catch((error: unknown) => {
    if (!window.isDestroyed()) order.onError(error) // closed while loading is no error
  })
  return window
}

function workAreas(): Electron.Rectangle[] {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== main.id)
  return [main, ...others].map((display) => display.workArea)
}

function rememberPlace(window: BrowserWindow, file: string, onError: (error: unknown) => void): void {
  let timer: NodeJS.Timeout | null = null
  const save = (): void => {
    timer = null
    if (window.isDestroyed() || window.isMinimized()) return
    const place = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeJsonFileNow(file, place)
    } catch (error) {
      onError(error)
    }
  }
  const soon = (): void => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('close', () => {
    if (timer) clearTimeout(timer)
    save()
  })
}

function reloadAfterCrash(window: BrowserWindow, onCrash: (reason: string) => void): void {
  let reloads = 0
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    onCrash(reason)
    if (reloads++ < MOST_RELOADS) window.webContents.reload()
  })
}
