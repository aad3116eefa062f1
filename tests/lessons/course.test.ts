/** The lessons as they are in the repository: readable, complete, and honest about what is written. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCourse } from '../../src-main/lesson-runner/format/course.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'

const lessonsFolder = join(import.meta.dirname, '../../lessons')

describe('the course', () => {
  it('has eight phases, and each available one can be read', async () => {
    const phases = readCourse(lessonsFolder)
    expect(phases.map((phase) => phase.difficulty)).toEqual([
      'basic',
      'basic',
      'intermediate',
      'intermediate',
      'hard',
      'intermediate',
      'hard',
      'basic',
    ])
    const available = phases.filter((phase) => phase.available)
    expect(available.map((phase) => phase.number)).toContain(1)
    for (const phase of available) {
      const lesson = await readLesson(lessonsFolder, phase.id)
      expect(lesson.title).toBe(phase.title)
      expect(lesson.goals.length).toBeGreaterThan(1)
    }
  })

  it('a step whose files shorten a time of Celery carries a badge that says so', async () => {
    const shortenedBy = /\b(visibility_timeout|result_expires|default_retry_delay)\b['"]?\s*[:=]/g
    for (const phase of readCourse(lessonsFolder)) {
      for (const step of (await readLesson(lessonsFolder, phase.id)).steps) {
        const files = Object.values(step.setsFiles ? step.solved : step.solution).join('\n')
        for (const [, setting = ''] of files.matchAll(shortenedBy))
          expect(
            step.lab.shortened.map(({ what }) => what),
            `${step.id}: ${setting}`,
          ).toContain(setting)
      }
    }
  })

  it('shows in each step in which something is done what one would type for it in a real project', async () => {
    const without: string[] = [] // in a quiz or a note nothing runs
    for (const phase of readCourse(lessonsFolder))
      for (const { id, lab } of (await readLesson(lessonsFolder, phase.id)).steps)
        if (lab.kind !== 'quiz' && lab.kind !== 'note' && lab.command.length === 0) without.push(id)
    expect(without).toEqual([])
  })

  it('gives every step two hints, a reason and a solution', async () => {
    const lesson = await readLesson(lessonsFolder, '01-what-celery-is')
    for (const step of lesson.steps) {
      expect(step.hints, step.id).toHaveLength(2)
      expect(step.whyText, step.id).not.toBe('')
      expect(step.lab.solution.length, step.id).toBeGreaterThan(0)
    }
  })

  it('phase 1 has the six live steps, the sorting, a quiz, a challenge and a note', async () => {
    const { steps } = await readLesson(lessonsFolder, '01-what-celery-is')
    expect(steps.map((step) => step.lab.kind)).toEqual([
      'do',
      'do',
      'do',
      'do',
      'do',
      'do',
      'quiz',
      'quiz',
      'challenge',
      'note',
    ])
  })

  it('phase 2 has its eight live steps, a quiz, a challenge and a note, each with two hints', async () => {
    const { steps } = await readLesson(lessonsFolder, '02-broker-and-worker')
    expect(steps.map((step) => step.lab.kind)).toEqual([...Array<string>(8).fill('do'), 'quiz', 'challenge', 'note'])
    for (const step of steps) expect(step.hints, step.id).toHaveLength(2)
    expect(steps.flatMap((step) => (step.ahaText === '' ? [] : [step.id]))).toEqual(['06-kill-the-worker'])
    // The dead worker's messages come back within the lesson, and the text says what the default is.
    expect(steps[9]?.start['tasks.py']).toContain("'visibility_timeout': 15,")
    expect(steps[9]?.doText).toContain('**15 seconds**')
    expect(steps[9]?.doText).toContain('the default is 1 hour')
  })

  it('a step begins with the files the step before it ended with', async () => {
    const { steps } = await readLesson(lessonsFolder, '01-what-celery-is')
    expect(steps[1]?.start).toEqual(steps[0]?.start)
    expect(steps[2]?.start['web.py']).toContain("MAIL = 'inline'")
    expect(steps[3]?.start['web.py']).toContain("MAIL = 'background'")
    expect(steps[8]?.start['web.py']).not.toContain('send_confirmation.delay(next')
    expect(steps[8]?.solved['web.py']).toContain('send_confirmation.delay(next')
  })

  it('a solution changes only the lines that matter', async () => {
    const { steps } = await readLesson(lessonsFolder, '01-what-celery-is')
    const changed = (id: number): number => {
      const before = steps[id]?.start['web.py']?.split('\n') ?? []
      const after = steps[id]?.solved['web.py']?.split('\n') ?? []
      expect(after.length).toBe(before.length)
      return after.filter((line, index) => line !== before[index]).length
    }
    expect(changed(2)).toBe(1)
    expect(changed(8)).toBe(2)
  })
})
