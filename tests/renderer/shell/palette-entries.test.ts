/** The palette reaches everything: each action of the open step, each fault, each pane, each file and terminal. */
import { expect, it } from 'vitest'
import { paletteEntries, type PaletteSources } from '../../../src-renderer/shell/palette-entries.js'
import { commandsInLastSecond, terminalNames } from '../../../src-renderer/shell/lab-summary.js'
import { Story } from '../../support/window-preview/story.js'
import { labView, lessonView, phaseViews } from '../../support/window-preview/views.js'

const done: string[] = []
const note = (what: string) => (): void => void done.push(what)
const sources = (scene: string): PaletteSources => ({
  lesson: lessonView(scene),
  phases: phaseViews(),
  lab: labView(scene),
  files: ['tasks.py', 'web.py'],
  terminals: ['worker@1', 'web'],
  buyPaths: ['/buy'],
  act: (action) => done.push(action.do),
  openPhase: (phase) => done.push(phase),
  openStep: (step) => done.push(step),
  showMe: note('show-me'),
  resetStep: note('reset'),
  recheck: note('recheck'),
  showTab: (tab) => done.push(tab),
  showTerminal: (name) => done.push(name),
  saveFile: note('save'),
  focusPane: (pane) => done.push(pane),
  settings: note('settings'),
  open: (dialog) => note(`open ${dialog}`)(),
  toggleList: note('list'),
  togglePause: note('pause'),
})

it('lists every action once, and each does something', () => {
  const entries = paletteEntries(sources('busy'))
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
  const titles = entries.map((entry) => entry.title)
  for (const title of [
    'Buy a ticket',
    'Show me this step',
    'Restart worker@1',
    'kill -9 worker: whole process tree',
    'Stop mail server: refuses connections',
    'Slow mail server: 10 s a mail, its sender waits',
    'Flaky API: 503 for about 50 % of the calls',
    'Slow database: 2 s a commit, others see a row late',
    'Pages',
    'Timeline',
    'Terminal of web',
    'Dark theme',
  ]) {
    expect(titles).toContain(title)
  }
  done.length = 0
  entries.forEach((entry) => entry.run())
  expect(done).toHaveLength(entries.length)
})

it('does not offer to kill a worker that is not running, but to start it', () => {
  const entries = paletteEntries(sources('dead'))
  expect(entries.filter((entry) => entry.group === 'Break it' && entry.title.startsWith('kill'))).toEqual([])
  expect(entries.map((entry) => entry.title)).toContain('Start worker@1')
})

it('counts commands of the last second, and orders terminals', () => {
  const story = new Story(10_000).publish('a').wait(2000).publish('b').reserve('b').lengths(1, 1)
  expect(commandsInLastSecond(story.items, story.atMs)).toBe(2)
  expect(terminalNames(labView('busy'), ['redis', 'web'])).toEqual(['worker@1', 'web', 'python', 'console', 'redis'])
})

it('offers beat where the step has one: to start it, or to stop, restart, double and kill it', () => {
  const titles = (state: 'ready' | 'off', second = false): readonly string[] => {
    const beat = { name: 'beat', role: 'beat', pid: 1, fingerprint: null, stale: false, children: [], concurrency: null } as const // prettier-ignore
    const lab = labView('busy')
    const beats = [{ ...beat, state }, ...(second ? [{ ...beat, name: 'beat@2', state }] : [])]
    const from = { ...sources('busy'), lab: { ...lab, processes: [...lab.processes, ...beats] } }
    return paletteEntries(from)
      .map((entry) => entry.title)
      .filter((title) => title.includes('beat'))
  }
  expect(paletteEntries(sources('busy')).filter((entry) => entry.title.includes('beat'))).toEqual([])
  expect(titles('off')).toEqual(['Start beat'])
  const running = ['Restart beat', 'Stop beat', 'Start a second beat: same code, own schedule file', 'kill -9 beat: saves nothing'] // prettier-ignore
  expect(titles('ready')).toEqual(running)
  expect(titles('ready', true)).toContain('End the second beat: stops beat@2')
})
