// The set-up that `npm start`, `npm test` and `npm run dev` share: packages, Electron, Redis, system packages, build.
// Each step is skipped when it is done, and says in one line what was found.
import { buildApp, buildSnapshot } from './build-app.mjs'
import { describeElectron, findElectron } from './electron-runtime.mjs'
import { installPackages } from './npm-packages.mjs'
import { findRedis, prepareRedis } from './redis-binary.mjs'
import { SetupProblem, step } from './say.mjs'
import { installSystemPackages, missingLibraries, wantedForApp, wantedForTests } from './system-packages.mjs'

/** Answers the Electron to run with. */
export async function prepareMachine({ forTests = false } = {}) {
  let electron
  await step('Node', () => process.versions.node)
  await step('Packages', installPackages)
  await step('Electron', async (tell) => {
    electron = await findElectron(tell)
    return describeElectron(electron)
  })
  if (process.platform === 'linux') {
    await step('System libraries', async (tell) => {
      const wanted = new Set(await wantedForApp(electron.program, (await findRedis()) !== null))
      if (wanted.size === 1 && wanted.has('redis-server') && process.getuid() !== 0) wanted.clear() // one can be compiled
      const installed = await installSystemPackages([...wanted], tell)
      const missing = await missingLibraries(electron.program)
      if (missing.length > 0) {
        throw new SetupProblem(
          `Electron still lacks ${missing.join(', ')}.`,
          'Install the packages that hold them, then run the same command again.',
        )
      }
      return installed.length > 0 ? `installed ${installed.join(', ')}` : 'complete'
    })
  }
  await step('Redis', prepareRedis)
  if (forTests && process.platform === 'linux') await step('Test programs', installTestPrograms)
  return electron
}

/** Interop needs a real Celery and the window's tests a virtual display; without root the tests that need them are skipped. */
async function installTestPrograms(tell) {
  try {
    const installed = await installSystemPackages(await wantedForTests(), tell)
    return installed.length > 0 ? `installed ${installed.join(', ')}` : 'real Celery and Xvfb are there'
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error
    return `${error.message} The tests that need them are skipped.`
  }
}

export async function prepareBuild() {
  await step('App', buildApp)
  await step('Python snapshot', buildSnapshot)
}
