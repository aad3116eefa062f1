/** Asks main for a phase, puts the document together, and lets main ask where it shall go. Answers the file, or null when it was not wanted. */
import type { DocumentFormat } from '../../src-main/contract/commands.js'
import type { Reply } from '../../src-main/contract/problem.js'
import type { Ask } from '../bridge/bridge.js'
import { htmlPage } from './html-page.js'
import { phaseMarkdown } from './phase-markdown.js'

export async function exportPhase(
  ask: Ask,
  phase: string,
  format: DocumentFormat,
): Promise<Reply<{ file: string | null }>> {
  const reply = await ask('course.phase', { phase })
  if (!reply.ok) return reply
  const markdown = phaseMarkdown(reply.value)
  const { number, title } = reply.value.lesson.phase
  const text = format === 'markdown' ? markdown : htmlPage(`Phase ${number}: ${title}`, markdown)
  return ask('document.save', { name: `celery-from-zero-phase-${number}`, format, text })
}
