/**
 * How the system learns that `celery-from-zero:` links are ours, and how macOS hands them over. On Linux the package's
 * desktop file says it; a checkout registers nothing, so that starting it changes nothing on the machine.
 */
import { app } from 'electron'
import { DEEP_LINK_SCHEME } from '../contract/deep-link.js'

/** Before `ready`: macOS sends the link that started the app that early. */
export function listenForLinks(onLink: (link: string) => void): void {
  app.on('open-url', (event, link) => {
    event.preventDefault()
    onLink(link)
  })
}

export function registerScheme(): void {
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME)
}
