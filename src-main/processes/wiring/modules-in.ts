/** What `-A` and `-I` may name: the modules of the working folder's own level, in whatever language. */
import { readdir } from 'node:fs/promises'

const ENDING = /\.(?:py|ts|js)$/

export async function modulesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names.filter((name) => ENDING.test(name) && !name.startsWith('_')).map((name) => name.replace(ENDING, ''))
}
