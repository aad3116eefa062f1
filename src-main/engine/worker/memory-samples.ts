/** `inspect memsample` and `memdump`: the worker's resident memory, now and in the samples before. Celery: celery/utils/debug.py */

const keptSamples = 500

export class MemorySamples {
  private readonly taken: number[] = []

  /** As Celery: `55.508MB`. */
  sample(): string {
    const bytes = process.memoryUsage.rss()
    this.taken.push(bytes)
    if (this.taken.length > keptSamples) this.taken.shift()
    return inUnits(bytes)
  }

  /** What was sampled since the last dump, thinned out to `samples` lines, and what is used now. */
  dump(samples: number): string {
    const every = Math.max(1, Math.floor(this.taken.length / Math.max(1, samples)))
    const shown = this.taken.splice(0).filter((_bytes, n) => n % every === 0)
    const lines = shown.slice(0, samples).map((bytes) => `-    > ${inUnits(bytes)},\n`)
    const head = lines.length > 0 ? '- rss (sample):\n' : ''
    return `${head}${lines.join('')}- rss (end): ${inUnits(process.memoryUsage.rss())}.\n`
  }
}

const units = [
  [2 ** 40, 'TB'],
  [2 ** 30, 'GB'],
  [2 ** 20, 'MB'],
  [2 ** 10, 'KB'],
] as const

function inUnits(bytes: number): string {
  for (const [size, unit] of units) if (bytes >= size) return `${Number((bytes / size).toPrecision(5))}${unit}`
  return `${bytes}b`
}
