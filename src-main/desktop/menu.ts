/**
 * The application menu: standard roles, and the contract's own commands and `show` pushes. It knows neither the lab nor
 * the lessons; what it offers is in the window too, so it may stay hidden.
 */
import { Menu, app } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import type { CommandName, Commands } from '../contract/commands.js'
import type { Push } from '../contract/pushes.js'

export interface MenuActions {
  carryOut<N extends CommandName>(name: N, ask: Commands[N]['ask']): void
  show(what: Extract<Push, { readonly kind: 'show' }>['what']): void
}

export function setMenu({ carryOut, show }: MenuActions): void {
  const isMac = process.platform === 'darwin'
  const appMenu: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : []
  const template: MenuItemConstructorOptions[] = [
    ...appMenu,
    {
      label: '&File',
      submenu: [
        { label: 'Print or export a phase…', click: () => show('export') },
        { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => show('settings') },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { label: 'Command palette…', accelerator: 'CmdOrCtrl+K', click: () => show('palette') },
        { label: 'Search the course…', accelerator: 'CmdOrCtrl+Shift+F', click: () => show('search') },
        { type: 'separator' },
        theme('Theme of the system', 'system', carryOut),
        theme('Light theme', 'light', carryOut),
        theme('Dark theme', 'dark', carryOut),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'reload' } as const]),
        { role: 'toggleDevTools' },
      ],
    },
    {
      label: '&Lesson',
      submenu: [
        { label: 'Start this step again', click: () => carryOut('lesson.reset', { what: 'step' }) },
        { label: 'Stop "show me"', click: () => carryOut('lesson.cancel', {}) },
      ],
    },
    {
      label: 'L&ab',
      submenu: [
        { label: 'Restart worker@1', click: () => carryOut('worker.restart', { worker: 'worker@1' }) },
        { label: 'Restart the web app', click: () => carryOut('web.restart', {}) },
        { label: 'Restart beat', click: () => carryOut('beat.restart', {}) },
        { type: 'separator' },
        { label: 'Stop the mail server', click: () => carryOut('fault.apply', { kind: 'stop-mail' }) },
        { label: 'Start the mail server', click: () => carryOut('fault.apply', { kind: 'start-mail' }) },
      ],
    },
    {
      role: 'help',
      submenu: [
        { label: 'Words and what they mean', accelerator: 'F1', click: () => show('glossary') },
        { label: 'Tour of the window', click: () => show('tour') },
        { label: 'Notebook', click: () => show('notebook') },
        { label: 'Pitfalls', click: () => show('pitfalls') },
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

function theme(
  label: string,
  name: Commands['settings.save']['ask']['theme'] & string,
  carryOut: MenuActions['carryOut'],
): MenuItemConstructorOptions {
  return { label, click: () => carryOut('settings.save', { theme: name }) }
}
