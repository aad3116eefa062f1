/** SETTINGS.md of an exported project: what the learner's app sets, why, where it was met, and what was seen there. */
import type { CodeSettings } from '../../lab/lab-interface.js'
import type { OptionReason, Reasons, SettingReason } from './reasons.js'

export interface MetStep {
  readonly phase: number
  readonly title: string
  /** What the checks said when the learner's step turned green; empty: it has not. */
  readonly observed: string
}

/** `stepOf` finds a reason's step; null: the course has it no more. */
export function chosenSettings(
  { settings, tasks }: CodeSettings,
  reasons: Reasons,
  stepOf: (met: string) => MetStep | null,
): string {
  const said = (reason: SettingReason | OptionReason): string => {
    const step = stepOf(reason.met)
    return [
      reason.why,
      ...(reason.inProduction === undefined ? [] : [`**In production:** ${reason.inProduction}`]),
      ...(step === null ? [] : [`Met in phase ${step.phase}, “${step.title}”.`]),
      ...(step === null || step.observed === '' ? [] : [`You saw: ${step.observed}`]),
    ].join('\n\n')
  }
  const ofApp = Object.entries(settings).map(([name, value]) => {
    const reason = reasons.settings.find((one) => one.name === name)
    return `## ${name}\n\n${shown(value)}\n\n${reason === undefined ? 'The course does not speak of it.' : said(reason)}`
  })
  const ofTasks = reasons.options.flatMap((reason) => {
    const setting = settings[`task_${reason.name}`]
    const choosing = tasks.filter(({ options }) => {
      const value = options[reason.name] ?? null
      return value !== reason.default && value !== setting
    })
    if (choosing.length === 0) return []
    const values = choosing.map(({ name, options }) => `- ${name}: ${inline(options[reason.name])}`).join('\n')
    return [`## ${reason.name}, of a task\n\n${values}\n\n${said(reason)}`]
  })
  const all = [...ofApp, ...ofTasks]
  const none = 'The app sets nothing: it runs with Celery’s own values.'
  return `# The settings you chose, and why\n\n${all.length === 0 ? none : all.join('\n\n')}\n`
}

function shown(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}

function inline(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}
