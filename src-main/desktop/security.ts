/**
 * What the window may not do: Electron's security checklist in one place. Pages come only from the app's own folder under
 * the `app:` scheme, with a strict Content-Security-Policy in the response; nothing navigates, opens or asks. The one thing
 * embedded is the learner's own web app, in a sandboxed frame: its port is known only while it runs, so the policy says
 * "loopback" and the session lets through that one origin.
 * While developing, Vite's server is the one other origin and needs no CSP of ours.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { app, dialog, protocol, shell } from 'electron'
import type { Session, WebContents, WebFrameMain } from 'electron'

export const APP_ORIGIN = 'app://window'

/** Styles alone may be inline: Svelte, CodeMirror and xterm set them while running. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'none'",
  "object-src 'none'",
  'frame-src http://127.0.0.1:*',
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
}

/** Documentation that lessons point to. Opened in the user's browser, after a question; nothing else is. */
const DOCUMENTATION_HOSTS: readonly string[] = ['docs.celeryq.dev', 'docs.python.org', 'redis.io']

/** Before `ready`. */
export function declareAppScheme(): void {
  // As root Chromium must be started with --no-sandbox, and asking for the sandbox then kills every child it starts.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
}

export function serveWindow(session: Session, rendererFolder: string): void {
  session.protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = join(rendererFolder, decoded(url.pathname))
    const type = CONTENT_TYPES[extname(file)]
    if (url.host !== 'window' || !file.startsWith(rendererFolder + sep) || !type)
      return new Response(null, { status: 404 })
    try {
      const headers = {
        'content-type': type,
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      }
      return new Response(await readFile(file), { headers })
    } catch {
      return new Response(null, { status: 404 }) // the page shows what is missing in its console
    }
  })
}

/** A path that cannot be decoded names no file of ours. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

/**
 * `developmentOrigin`: Vite's, while developing; null in builds.
 * `webAppUrl`: the learner's web app as it is now, `http://127.0.0.1:41873`; null while it does not run.
 */
export function restrictSession(
  session: Session,
  developmentOrigin: string | null,
  webAppUrl: () => string | null,
): void {
  // Text that the user copies by a button; pasting, and everything else, is not asked for by our page.
  session.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame }) =>
    answer(isMainFrame && permission === 'clipboard-sanitized-write'),
  )
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  if (developmentOrigin) return
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOurs(details.url) && !isPageOf(webAppUrl(), details) })
  })
}

function isOurs(url: string): boolean {
  return /^(app|devtools|data|blob):/.test(url)
}

/** In a frame, and what a page in that frame loads of its own web app; never instead of our own page. */
export function isPageOf(
  webAppUrl: string | null,
  { url, resourceType }: { readonly url: string; readonly resourceType: string },
): boolean {
  return webAppUrl !== null && resourceType !== 'mainFrame' && url.startsWith(`${webAppUrl}/`)
}

export function restrictContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  // Of Harbour's frame, onBeforeRequest says where a redirect may lead.
  contents.on('will-redirect', (event) => {
    if (event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isDocumentation(url)) void askToOpen(url)
    return { action: 'deny' }
  })
}

/** True for the one frame that may ask: the top frame of our own page. */
export function mayAsk(frame: WebFrameMain | null, contents: WebContents, developmentOrigin: string | null): boolean {
  if (!frame || frame !== contents.mainFrame) return false
  const origin = /^[a-z]+:\/\/[^/]*/.exec(frame.url)?.[0]
  return origin === (developmentOrigin ?? APP_ORIGIN)
}

export function isDocumentation(url: string): boolean {
  try {
    const { protocol: scheme, host } = new URL(url)
    return scheme === 'https:' && DOCUMENTATION_HOSTS.includes(host)
  } catch {
    return false
  }
}

async function askToOpen(url: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Open this page in your browser?',
    detail: url,
    buttons: ['Open', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) await shell.openExternal(url)
}
