/** A phase as a document: what the learner did is in it, what is not done is not given away, and nothing in it can run. */
import { describe, expect, it } from 'vitest'
import type { PhaseRecord } from '../../../src-main/contract/course-views.js'
import type { StepView } from '../../../src-main/contract/views.js'
import { htmlPage } from '../../../src-renderer/export/html-page.js'
import { phaseMarkdown } from '../../../src-renderer/export/phase-markdown.js'
import { lessonView } from '../../support/window-preview/views.js'

const place = { phase: '01', phaseNumber: 1, step: 'one', stepNumber: 1, title: 'One' }
const record = (change: Partial<PhaseRecord> = {}): PhaseRecord => ({
  lesson: lessonView('busy'),
  files: [{ name: 'tasks.py', text: 'app = 1\n' }],
  cards: [{ place, ahaText: 'It moved.', words: 'Next door.', savedAtMs: 0, facts: 3 }],
  ...change,
})
function withStep(change: Partial<StepView>): PhaseRecord {
  const lesson = lessonView('busy')
  const steps = lesson.steps.map((step, at) => (at === 0 ? { ...step, ...change } : step))
  return record({ lesson: { ...lesson, steps } })
}

describe('a phase as Markdown', () => {
  it('has the texts, what was observed, cards, notes and files', () => {
    const text = phaseMarkdown(withStep({ noteText: 'Mine,\nin two lines.' }))
    expect(text).toMatch(/^# Phase 1: What Celery is and why\n\n\*Celery From Zero\. 2 of 8 steps done\.\*/)
    expect(text).toContain('## 1. Buy a ticket while the mail is sent inline (done)')
    expect(text).toContain('**Observed.** 1 response after 4,112 ms')
    expect(text).toContain('**The point.** It moved.\n\n> **In my words.**\n>\n> Next door.')
    expect(text).toContain('> **My note.**\n>\n> Mine,\n> in two lines.')
    expect(text).toContain('### tasks.py\n\n```python\napp = 1\n```')
  })

  it('says of a shortened time what it is in production', () => {
    const time = { what: 'result_expires', here: '4 s', production: '86400 s, a day', why: 'To see it.' }
    const text = phaseMarkdown(withStep({ shortened: [time] }))
    expect(text).toContain('- **result_expires**: 4 s here, in production 86400 s, a day. To see it.')
  })

  it('has what was measured for a note below it', () => {
    const measured = [{ label: 'How long they waited', observed: '0.4 s at most.' }]
    const text = phaseMarkdown(withStep({ noteText: 'Mine.', measured }))
    expect(text).toContain('> Mine.\n\n**Measured on this computer.**\n\n- How long they waited: 0.4 s at most.')
    expect(phaseMarkdown(withStep({ noteText: 'Mine.' }))).not.toContain('Measured')
  })

  it('has guesses and answers, and says what is right only where the window does', () => {
    const text = phaseMarkdown(record({ lesson: lessonView('quiz') }))
    expect(text).toContain('**A PDF invoice of 40 pages**\n\nMy answer: queue it. Right. It is slow')
    expect(text).toContain('**How long will the buyer wait now?**\n\nMy guess: a few ms\n')
    expect(text).not.toContain('Which of these may be lost without harm?')
  })

  it('does not give away the reason of a step that is not done', () => {
    const text = phaseMarkdown(withStep({ state: 'todo', whyText: 'BECAUSE' }))
    expect(text).not.toContain('BECAUSE')
    expect(phaseMarkdown(withStep({ state: 'done', whyText: 'BECAUSE' }))).toContain('**Why.** BECAUSE')
  })

  it('fences files that hold fences themselves', () => {
    const text = phaseMarkdown(record({ files: [{ name: 'tasks.py', text: '"""\n````\nx\n````\n"""' }] }))
    expect(text).toContain('`````python\n"""\n````\nx\n````\n"""\n`````')
  })
})

describe('the same as a web page', () => {
  it('needs nothing else, and lets nothing in', () => {
    const page = htmlPage(
      'Phase <1>',
      phaseMarkdown(withStep({ noteText: '<script>alert(1)</script> ![x](https://x/y.png)' })),
    )
    expect(page).toContain('<title>Phase &lt;1&gt;</title>')
    expect(page).not.toMatch(/<script|<img|<link|src=|url\(|@import/)
    expect(page).toContain('&lt;script&gt;')
    expect(page).toContain("default-src 'none'")
  })
})
