/** Two columns as click writes them: names, and what they mean, wrapped at 78. Celery: click/formatting.py (write_dl) */
const width = 78
const firstColumnAtMost = 30
const between = 2
const margin = '  '

export function definitionList(heading: string, rows: readonly (readonly [name: string, meaning: string])[]): string {
  const widest = Math.max(0, ...rows.map(([name]) => name.length))
  const first = Math.min(widest, firstColumnAtMost) + between
  const lines = rows.flatMap(([name, meaning]) => {
    const [line = '', ...more] = wrapped(meaning, Math.max(width - first - 2, 10))
    const under = margin + ' '.repeat(first)
    const head =
      name.length <= first - between ? [`${margin}${name.padEnd(first)}${line}`] : [margin + name, under + line]
    return [...head, ...more.map((one) => under + one)]
  })
  return `${heading}:\n${lines.join('\n')}\n`
}

function wrapped(text: string, atMost: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > atMost) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
