/**
 * Writes what the window has put together (a phase as Markdown, HTML or PDF) where the user says: the save dialog is the system's, and the
 * window never names a folder. A PDF is printed from the HTML in a hidden window of its own, without scripts and without the network.
 */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BrowserWindow, app, dialog, session } from 'electron'
import { errorText } from '../contract/error-text.js'
import type { Commands, DocumentFormat } from '../contract/commands.js'
import type { Problem, Reply } from '../contract/problem.js'
import { restrictContents, restrictSession } from './security.js'

const FORMATS: Readonly<Record<DocumentFormat, { readonly name: string; readonly ending: string }>> = {
  markdown: { name: 'Markdown', ending: 'md' },
  html: { name: 'Web page', ending: 'html' },
  pdf: { name: 'PDF', ending: 'pdf' },
}
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

export async function saveDocument(
  window: BrowserWindow,
  { name, format, text }: Commands['document.save']['ask'],
): Promise<Reply<{ file: string | null }>> {
  const { name: formatName, ending } = FORMATS[format]
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(app.getPath('documents'), `${name}.${ending}`),
    filters: [{ name: formatName, extensions: [ending] }],
  })
  if (canceled || !filePath) return { ok: true, value: { file: null } }
  try {
    await writeFile(filePath, format === 'pdf' ? await printToPdf(text) : text)
    return { ok: true, value: { file: filePath } }
  } catch (error) {
    return { ok: false, problem: notSaved(filePath, error) }
  }
}

/** The folder in which an exported project gets one of its own; null: not after all. */
export async function chooseFolder(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Where to put your lab',
    buttonLabel: 'Export here',
    defaultPath: app.getPath('documents'),
    properties: ['openDirectory', 'createDirectory'],
  })
  return canceled ? null : (filePaths[0] ?? null)
}

async function printToPdf(html: string): Promise<Buffer> {
  const pages = session.fromPartition(`print-${randomUUID()}`)
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: pages, sandbox: true, contextIsolation: true, javascript: false, webviewTag: false },
  })
  try {
    restrictSession(pages, null, () => null)
    restrictContents(window.webContents)
    pages.protocol.handle('app', () => new Response(html, { headers: pageHeaders }))
    await window.loadURL('app://page/')
    return await window.webContents.printToPDF({ printBackground: true, pageSize: 'A4' })
  } finally {
    window.destroy()
  }
}

const pageHeaders = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY }

function notSaved(file: string, error: unknown): Problem {
  return {
    code: 'document-not-saved',
    what: `${basename(file)} could not be written.`,
    meaning: 'The file is missing or incomplete. Your progress and your files in the app are not affected.',
    next: 'Choose another folder, or make room on that disk, and export again.',
    detail: `${file}\n${errorText(error)}`,
  }
}
