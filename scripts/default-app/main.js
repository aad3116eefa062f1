// `electron <folder> [arguments]` runs the app in that folder: what Electron's own default_app.asar does, which the
// registry-carried runtime comes without. Packed into its resources/ by scripts/setup/electron-runtime.mjs.
const { app } = require('electron')
const { existsSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const { join, resolve } = require('node:path')

/** The first argument that is neither a switch nor a switch's value. `-r FILE` is how Playwright gets its loader in. */
function readArguments(words) {
  const preload = []
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '-r' || words[at] === '--require') preload.push(words[++at])
    else if (!words[at].startsWith('-')) return { preload, folder: words[at] }
  }
  return { preload, folder: null }
}

const { preload, folder } = readArguments(process.argv.slice(1))
if (preload.length > 0) Module._preloadModules(preload)
if (folder === null) {
  console.error('usage: electron [switches] <folder of an app>')
  process.exit(2)
}

const appFolder = resolve(folder)
const packageFile = join(appFolder, 'package.json')
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
if (existsSync(packageFile)) {
  const { name, productName, version } = JSON.parse(readFileSync(packageFile, 'utf8'))
  if (version) app.setVersion(version)
  if (productName ?? name) app.name = productName ?? name
  app.setPath('userData', join(app.getPath('appData'), app.name))
  app.setAppPath(appFolder)
}
Module._load(appFolder, module, true)
