#!/usr/bin/env node
// `npm run package`: dist/*.tar.gz and dist/*.deb for Linux x64, with Electron, Redis, Python and the lessons inside.
// Needs only the package registry. `--quick` compresses little, for tests.
import './setup/check-node.mjs'

const { endWithSignals, run } = await import('./setup/children.mjs')
const { findElectron, describeElectron } = await import('./setup/electron-runtime.mjs')
const { installPackages } = await import('./setup/npm-packages.mjs')
const { inRoot, root } = await import('./setup/paths.mjs')
const { prepareBuild } = await import('./setup/prepare.mjs')
const { bold, report, step, SetupProblem } = await import('./setup/say.mjs')
const { layOutApp } = await import('./packaging/app-folder.mjs')
const { makeDeb, makeTarball } = await import('./packaging/archives.mjs')
const { readFileSync, statSync, mkdirSync } = await import('node:fs')
const { relative } = await import('node:path')

const level = process.argv.includes('--quick') ? 1 : 6
const about = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
const folder = inRoot('dist', `${about.name}-${about.version}-linux-x64`)
const tarball = `${folder}.tar.gz`
const deb = inRoot('dist', `${about.name}_${about.version}_amd64.deb`)
const size = (file) => `${relative(root, file)}, ${Math.round(statSync(file).size / 1e6)} MB`

endWithSignals()
try {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupProblem('Packages are made on Linux x64 only.', 'On other systems run the app with `npm start`.')
  }
  console.log(bold('\nCelery From Zero: package\n'))
  let electron
  await step('Packages', installPackages)
  await step('Electron', async (tell) => describeElectron((electron = await findElectron(tell))))
  await prepareBuild()
  mkdirSync(inRoot('dist'), { recursive: true })
  await step('App folder', async () => {
    await layOutApp(folder, electron.program, about)
    return relative(root, folder)
  })
  await step('tar.gz', async () => {
    await makeTarball(folder, tarball, level)
    return size(tarball)
  })
  await step('deb', async () => {
    const { output } = await run('du', ['-sk', folder])
    await makeDeb(folder, deb, { about, level, installedKilobytes: Number.parseInt(output, 10) })
    return size(deb)
  })
} catch (error) {
  process.exitCode = report(error)
}
