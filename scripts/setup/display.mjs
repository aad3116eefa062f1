// A virtual display for machines without a screen. Xvfb picks a free number itself and tells it over a pipe; where
// the system can, it also goes away when this script is killed.
import { existsSync } from 'node:fs'
import { start, stop } from './children.mjs'
import { SetupProblem } from './say.mjs'

const screen = ['-screen', '0', '1440x900x24', '-nolisten', 'tcp']

/** Answers `{ display: ':7', stop() }`. */
export async function startVirtualDisplay() {
  const withParent = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM'] : []
  const [command, ...args] = [...withParent, 'Xvfb', '-displayfd', '3', ...screen]
  const server = start(command, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let said = ''
  server.stderr.on('data', (chunk) => (said += chunk))
  const number = await new Promise((resolve, reject) => {
    const failed = () =>
      reject(
        new SetupProblem(
          'There is no display, and the virtual one (Xvfb) did not start.',
          'Install it (`sudo apt-get install -y xvfb`) or run this where there is a screen.',
          said,
        ),
      )
    let text = ''
    server.stdio[3].on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.trim())
    })
    server.once('exit', failed)
    server.once('error', failed)
  })
  return { display: `:${number}`, stop: () => stop(server) }
}
