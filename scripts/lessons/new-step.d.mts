export class CannotMakeStep extends Error {}
export function slugOf(title: string): string
export function newStep(wanted: {
  readonly lessonsFolder: string
  readonly phase: string
  readonly number: string
  readonly title: string
}): string
