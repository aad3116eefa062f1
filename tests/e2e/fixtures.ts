/** A data folder for each test, and one app in it, ended and looked after at the end whatever happened. */
import { test as base } from '@playwright/test'
import { RunningApp, endWhatIsLeft, newDataFolder, removeFolder } from './running-app.js'
import { stillThere } from './process-table.js'

export interface Fixtures {
  readonly dataFolder: string
  /** Running, with the first step ready; ended after the test with nothing left. */
  readonly app: RunningApp
}

export const test = base.extend<Fixtures>({
  dataFolder: async ({}, use) => {
    const folder = newDataFolder()
    await use(folder)
    await endWhatIsLeft()
    removeFolder(folder)
  },
  app: async ({ dataFolder }, use, info) => {
    const app = await RunningApp.ready({ dataFolder })
    await use(app)
    if (info.status !== info.expectedStatus)
      await app.keepShot(`failed-${info.titlePath.at(-1)?.replaceAll(/\W+/g, '-')}`).catch(() => undefined)
    if (stillThere(app.processes()).length > 0) await app.end()
  },
})

export { expect } from '@playwright/test'
