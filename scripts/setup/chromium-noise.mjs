// Chromium writes lines about missing buses and graphics drivers that mean nothing for the app. They are left out of
// what a user sees; CFZ_VERBOSE=1 shows them. `[12345:1122/133712.345678:ERROR:bus.cc(399)] …`
import { createInterface } from 'node:readline'

const chromiumLine = /^\[\d+:\d{4}\/\d{6}\.\d+:(?:ERROR|WARNING|INFO):[\w.]+\(\d+\)\]/

export function quietly(from, to) {
  if (process.env.CFZ_VERBOSE === '1') return void from.pipe(to)
  createInterface({ input: from }).on('line', (line) => {
    if (!chromiumLine.test(line) && line.trim() !== '') to.write(`${line}\n`)
  })
}
