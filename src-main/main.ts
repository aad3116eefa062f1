/**
 * Electron's main process, put together: data folder, window, lab, lessons, and the lines between them. The window is
 * opened first and the lab started beside it; whatever goes wrong on the way is shown in the window. Knows the concrete
 * parts; everything they do lies in desktop/, lab/ and lesson-runner/.
 */
import type { BrowserWindow } from 'electron'
import { app, ipcMain, nativeTheme, shell } from 'electron'
import { COMMAND_CHANNEL, PUSH_CHANNEL } from './contract/pushes.js'
import type { Push } from './contract/pushes.js'
import type { Reply } from './contract/problem.js'
import { AnswerCommands } from './desktop/answer-commands.js'
import { findAppPaths } from './desktop/app-paths.js'
import { DeepLinks, findDeepLink } from './desktop/deep-links.js'
import { openDataFolder } from './desktop/data-folder.js'
import { ErrorLog, catchEverything } from './desktop/error-log.js'
import { LaunchOptionError, readLaunchOptions } from './desktop/launch-options.js'
import type { LaunchOptions } from './desktop/launch-options.js'
import { listenForLinks, registerScheme } from './desktop/link-scheme.js'
import { setMenu } from './desktop/menu.js'
import { PushFeed } from './desktop/push-feed.js'
import { QuitInOrder } from './desktop/quit-in-order.js'
import { chooseFolder, saveDocument } from './desktop/save-document.js'
import { declareAppScheme, mayAsk } from './desktop/security.js'
import { Settings } from './desktop/settings.js'
import { claimSingleInstance } from './desktop/single-instance.js'
import { walkThrough } from './desktop/walk.js'
import { openWindow } from './desktop/windows.js'
import { createLab } from './lab/lab.js'
import { createLessonRunner } from './lesson-runner/lesson-runner.js'

main()

function main(): void {
  let options: LaunchOptions
  try {
    options = readLaunchOptions(process.argv, process.cwd())
  } catch (error) {
    if (!(error instanceof LaunchOptionError)) throw error
    process.stderr.write(`${error.message}\n`)
    app.exit(2)
    return
  }
  declareAppScheme()
  // Where nobody looks there is no graphics card either; Chromium would try it, fail, and try again in software.
  if (options.walkSteps !== null) app.disableHardwareAcceleration()
  const dataFolder = openDataFolder(options.dataFolder ?? app.getPath('userData'))
  app.setPath('userData', dataFolder.path) // Chromium's own files and the single-instance lock follow
  let running: ReturnType<typeof run> | null = null
  let firstLink = findDeepLink(process.argv)
  const follow = (link: string | null): void => {
    bringToFront(running?.window ?? null)
    if (link === null) return
    if (running) void running.links.follow(link)
    else firstLink = link
  }
  if (claimSingleInstance((argv) => follow(findDeepLink(argv)))) {
    listenForLinks(follow)
    void app.whenReady().then(() => {
      registerScheme()
      running = run(options, dataFolder, firstLink)
    })
  }
}

function run(
  options: LaunchOptions,
  dataFolder: ReturnType<typeof openDataFolder>,
  firstLink: string | null,
): { readonly window: BrowserWindow; readonly links: DeepLinks } {
  const developmentUrl = (app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']) ?? null
  const paths = findAppPaths({
    isPackaged: app.isPackaged,
    mainFolder: import.meta.dirname,
    resourcesFolder: process.resourcesPath,
    platform: process.platform,
    arch: process.arch,
  })
  const pushFeed = new PushFeed((push: Push) => {
    if (!window.isDestroyed()) window.webContents.send(PUSH_CHANNEL, push)
  })
  const errorLog = new ErrorLog(dataFolder.path)
  const report = (kind: string, error: unknown): void => pushFeed.problem(errorLog.write(kind, error))
  catchEverything(report)
  if (dataFolder.problem) pushFeed.problem(dataFolder.problem)

  const settings = new Settings(dataFolder.path)
  const settingsProblem = settings.load()
  if (settingsProblem) pushFeed.problem(settingsProblem)
  nativeTheme.themeSource = settings.view().theme
  settings.onChange((view) => {
    nativeTheme.themeSource = view.theme
    pushFeed.view('settings', () => ({ kind: 'settings', view: settings.view() }))
  })

  const window = openWindow({
    title: app.name,
    preloadFile: paths.preloadFile,
    rendererFolder: paths.rendererFolder,
    iconFile: paths.iconFile,
    dataFolder: dataFolder.path,
    developmentUrl,
    webAppUrl: () => lab.view().webUrl,
    onPageAt: (path) => pushFeed.page('page-is-at', path),
    onCrash: (reason) => report('render-process-gone', reason),
    onError: (error) => report('window', error),
  })

  const lab = createLab({ ...paths, execPath: process.execPath, dataFolder: dataFolder.path })
  const lessons = createLessonRunner({ lessonsFolder: paths.lessonsFolder, dataFolder: dataFolder.path }, lab)
  lab.showPagesWith((path) => pushFeed.page('show-page', path))
  lab.record.onItem((item) => pushFeed.item(item))
  lab.onTerminal((process, text, reset) => pushFeed.terminal(process, text, reset))
  lab.onView(() => pushFeed.view('lab', () => ({ kind: 'lab', view: lab.view() })))
  lessons.onChange(() => {
    pushFeed.view('lesson', () => ({ kind: 'lesson', view: lessons.lesson(), phases: lessons.phases() }))
    pushFeed.view('files', () => ({ kind: 'files', files: lessons.files() }))
  })

  const links = new DeepLinks(lessons, (problem) => pushFeed.problem(problem), firstLink)
  const startLab = async (): Promise<Reply<null>> => {
    const started = await lab.start()
    return started.ok ? links.begin() : started
  }
  const commands = new AnswerCommands({
    lab,
    lessons,
    settings,
    pushFeed,
    version: app.getVersion(),
    electron: process.versions.electron,
    mayShowTour: options.walkSteps === null && !options.noTour,
    retryLab: startLab,
    saveDocument: (order) => saveDocument(window, order),
    chooseFolder: () => chooseFolder(window),
    showFolder: (folder) => shell.showItemInFolder(folder),
  })
  listenToWindow(window, commands, pushFeed, developmentUrl)
  setMenu({
    carryOut: (name, ask) => void commands.carryOut(name, ask),
    show: (what) => pushFeed.show(what),
  })
  const end = new QuitInOrder(
    async () => {
      await lessons.close()
      await Promise.all([lab.stop(), settings.written()])
      dataFolder.discardIfTemporary()
    },
    (error) => report('quit', error),
  )
  end.listen()

  const started = startLab().then(
    (reply) => {
      // A lab that failed shows its problem itself; a lesson that could not be opened would leave an empty pane.
      if (!reply.ok && lab.view().state !== 'failed') pushFeed.problem(reply.problem)
    },
    (error: unknown) => report('lab start', error),
  )
  if (options.walkSteps !== null) {
    const walk = { window, lab, lessons, steps: options.walkSteps, shotsFolder: options.shotsFolder }
    void started.then(() => walkThrough(walk)).then((exitCode) => end.quit(exitCode))
  }
  return { window, links }
}

function listenToWindow(
  window: BrowserWindow,
  commands: AnswerCommands,
  pushFeed: PushFeed,
  developmentUrl: string | null,
): void {
  const developmentOrigin = developmentUrl ? new URL(developmentUrl).origin : null
  ipcMain.handle(COMMAND_CHANNEL, (event, name: unknown, input: unknown) => {
    if (mayAsk(event.senderFrame, window.webContents, developmentOrigin)) return commands.answer(name, input)
    throw new Error('refused: commands are answered to the main window only')
  })
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) pushFeed.unsubscribe()
  })
}

function bringToFront(window: BrowserWindow | null): void {
  if (!window || window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
