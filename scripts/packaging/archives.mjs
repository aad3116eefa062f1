// Makes dist/*.tar.gz and dist/*.deb of a laid-out app with what every Debian has: tar, gzip and dpkg-deb.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run, tail } from '../setup/children.mjs'
import { inRoot } from '../setup/paths.mjs'
import { SetupProblem } from '../setup/say.mjs'

async function must(command, args, environment = {}) {
  const { code, output } = await run(command, args, { env: { ...process.env, ...environment } })
  if (code !== 0)
    throw new SetupProblem(`${command} failed.`, 'The lines above say why. No package was made.', tail(output))
}

export async function makeTarball(folder, file, level) {
  rmSync(file, { force: true })
  const owner = ['--owner=0', '--group=0', '--numeric-owner']
  await must('tar', ['-cf', file, '-I', `gzip -${level}`, ...owner, '-C', dirname(folder), basename(folder)])
}

/** Electron needs these of the system; the second names are those since Ubuntu 24.04. */
const depends = ['libgtk-3-0 | libgtk-3-0t64', 'libnss3', 'libasound2 | libasound2t64', 'libgbm1']

const control = (about, installedKilobytes) => `Package: ${about.name}
Version: ${about.version}
Architecture: amd64
Maintainer: The Celery From Zero maintainers <maintainers@celery-from-zero.invalid>
Installed-Size: ${installedKilobytes}
Depends: ${depends.join(', ')}
Section: education
Priority: optional
Description: ${about.description}
 A course about Celery with everything it needs inside: Redis, workers, Python
 and a small outside world, each its own process that can be watched and broken.
`

const desktopEntry = (about, home) => `[Desktop Entry]
Type=Application
Name=${about.productName}
Comment=${about.description}
Exec=${home}/${about.name} %U
Icon=${about.name}
Terminal=false
Categories=Education;Development;
MimeType=x-scheme-handler/${about.name};
`

/** Where user namespaces are not allowed, Chromium's sandbox needs its helper to be root's and setuid. */
const afterInstall = (home) => `#!/bin/sh
set -e
chown root:root ${home}/chrome-sandbox
chmod 4755 ${home}/chrome-sandbox
`

export async function makeDeb(folder, file, { about, level, installedKilobytes }) {
  const home = `/opt/${about.name}`
  const tree = `${file}.tree`
  rmSync(tree, { recursive: true, force: true })
  const put = (path, text, mode = 0o644) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
    chmodSync(join(tree, path), mode)
  }
  try {
    put('DEBIAN/control', control(about, installedKilobytes))
    put('DEBIAN/postinst', afterInstall(home), 0o755)
    put(`usr/share/applications/${about.name}.desktop`, desktopEntry(about, home))
    if (existsSync(inRoot('LICENSE'))) {
      mkdirSync(join(tree, 'usr/share/doc', about.name), { recursive: true })
      cpSync(inRoot('LICENSE'), join(tree, 'usr/share/doc', about.name, 'copyright'))
    }
    const icon = inRoot('resources', 'icons', 'icon.png')
    if (existsSync(icon)) {
      mkdirSync(join(tree, 'usr/share/pixmaps'), { recursive: true })
      cpSync(icon, join(tree, 'usr/share/pixmaps', `${about.name}.png`))
    }
    mkdirSync(join(tree, 'usr/bin'), { recursive: true })
    symlinkSync(`${home}/${about.name}`, join(tree, 'usr/bin', about.name))
    mkdirSync(join(tree, 'opt'), { recursive: true })
    // Hard links: the same bytes under the path that they are installed to.
    await must('cp', ['-al', folder, join(tree, home)])
    await must('dpkg-deb', ['--root-owner-group', '-Zgzip', `-z${level}`, '--build', tree, file])
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}
