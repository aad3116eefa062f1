// What the scripts print: one line a step, with a clock while it runs. On a terminal the line is rewritten in place;
// in a log a slow step is announced once and reported when it ends.
const live = process.stdout.isTTY === true && !process.env.CI
const colour = (code, text) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)
const frames = ['◐', '◓', '◑', '◒']
const announceAfterMs = 700

export const green = (text) => colour('32', text)
export const red = (text) => colour('31', text)
export const dim = (text) => colour('2', text)
export const bold = (text) => colour('1', text)

export const seconds = (ms) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`)

/** Runs `work(tell)` as one step. `work` answers what was found, and may call `tell` with what it is doing now. */
export async function step(title, work) {
  const begunMs = Date.now()
  let doing = ''
  let frame = 0
  const draw = () => {
    const text = `${title}${doing ? dim(` · ${doing}`) : ''} ${dim(seconds(Date.now() - begunMs))}`
    process.stdout.write(`\r\u001b[2K  ${frames[frame++ % frames.length]} ${text}`)
  }
  const announce = () => console.log(`  · ${title}${doing ? `: ${doing}` : ''} …`)
  const timer = live ? setInterval(draw, 120) : setTimeout(announce, announceAfterMs)
  const settle = (mark, text) => {
    clearInterval(timer)
    console.log(`${live ? '\r\u001b[2K' : ''}  ${mark} ${text}`)
  }
  try {
    const found = await work((what) => (doing = what))
    const took = Date.now() - begunMs
    settle(
      green('✓'),
      `${title}${found ? `: ${found}` : ''}${took > announceAfterMs ? dim(` (${seconds(took)})`) : ''}`,
    )
  } catch (error) {
    settle(red('✗'), title)
    throw error
  }
}

/** A step that cannot go on: `what` was found, `next` is what the user can do about it. */
export class SetupProblem extends Error {
  constructor(what, next, detail = '') {
    super(what)
    this.next = next
    this.detail = detail
  }
}

/** Prints a problem the way a reader can act on, and answers the exit code. */
export function report(error) {
  if (!(error instanceof SetupProblem)) throw error
  if (error.detail) console.error(`\n${error.detail.trim()}`)
  console.error(`\n${red('Stopped:')} ${error.message}`)
  console.error(error.next)
  return 1
}
