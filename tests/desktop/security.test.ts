/** What the window may do, decided without a window: permissions, who may ask, which pages may be opened. */
import type { Session, WebContents, WebFrameMain } from 'electron'
import { expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ app: {}, dialog: {}, protocol: {}, shell: {} })) // outside Electron the module is only a path
const { isDocumentation, isPageOf, mayAsk, restrictSession } = await import('../../src-main/desktop/security.js')

type Answer = (granted: boolean) => void
type Asked = (contents: null, permission: string, answer: Answer, details: { isMainFrame: boolean }) => void

function permissions(): (permission: string, isMainFrame?: boolean) => boolean {
  let asked: Asked = () => undefined
  const session = {
    setPermissionRequestHandler: (handler: Asked) => void (asked = handler),
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
    webRequest: { onBeforeRequest: () => undefined },
  }
  restrictSession(session as unknown as Session, null, () => null)
  return (permission, isMainFrame = true) => {
    let granted: boolean | null = null
    asked(null, permission, (answer) => void (granted = answer), { isMainFrame })
    if (granted === null) throw new Error('the question was not answered')
    return granted
  }
}

it('lets the page put text on the clipboard, which its Copy buttons do, and nothing else', () => {
  const may = permissions()
  expect(may('clipboard-sanitized-write')).toBe(true)
  expect(may('clipboard-sanitized-write', false)).toBe(false)
  for (const other of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fullscreen'])
    expect(may(other)).toBe(false)
})

it('lets one origin into a frame: the learner’s web app, while it runs', () => {
  const web = 'http://127.0.0.1:41873'
  const may = (url: string, resourceType = 'subFrame', now: string | null = web): boolean =>
    isPageOf(now, { url, resourceType })
  expect(may(`${web}/orders/7?x=1`)).toBe(true)
  expect(may(`${web}/logo.png`, 'image')).toBe(true)
  expect(may(`${web}/`, 'mainFrame')).toBe(false)
  expect(may(`${web}/`, 'subFrame', null)).toBe(false)
  for (const other of [
    'http://127.0.0.1:4187/',
    'http://127.0.0.1:418730/',
    'http://127.0.0.1:41873@evil.example/',
    'http://localhost:41873/',
    'https://127.0.0.1:41873/',
    'file:///etc/passwd',
  ])
    expect(may(other)).toBe(false)
})

it('answers commands to the top frame of our own page only', () => {
  const frame = (url: string): WebFrameMain => ({ url }) as WebFrameMain
  const asks = (url: string, origin: string | null = null): boolean => {
    const main = frame(url)
    return mayAsk(main, { mainFrame: main } as WebContents, origin)
  }
  expect(asks('app://window/index.html')).toBe(true)
  for (const url of ['app://window.evil/', 'app://windows/', 'https://window/', 'about:blank', 'data:text/html,x'])
    expect(asks(url)).toBe(false)
  expect(asks('app://window/index.html', 'http://localhost:5173')).toBe(false)
  const inner = frame('app://window/index.html')
  expect(mayAsk(inner, { mainFrame: frame('app://window/index.html') } as WebContents, null)).toBe(false)
  expect(mayAsk(null, { mainFrame: inner } as WebContents, null)).toBe(false)
})

it('opens documentation over https only', () => {
  expect(isDocumentation('https://docs.celeryq.dev/en/stable/')).toBe(true)
  for (const url of [
    'http://docs.celeryq.dev/',
    'https://docs.celeryq.dev.evil.test/',
    'https://docs.celeryq.dev@evil.test/',
    'https://docs.celeryq.dev:444/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'no url',
  ])
    expect(isDocumentation(url)).toBe(false)
})
