/**
 * The search across the whole course: phases, steps, pitfalls and the glossary. Input: the course's texts from main and the
 * window's own glossary; output: hits, best first. MiniSearch does the ranking; nothing here knows the window.
 */
import MiniSearch from 'minisearch'
import type { CourseTexts, StepPlace } from '../../src-main/contract/course-views.js'
import { excerpt, plainText } from '../words/plain-text.js'

export type Hit = { readonly key: string; readonly title: string; readonly excerpt: string } & (
  | { readonly kind: 'phase'; readonly phase: string; readonly phaseNumber: number }
  | { readonly kind: 'step'; readonly place: StepPlace }
  | { readonly kind: 'pitfall'; readonly number: number }
  | { readonly kind: 'word'; readonly word: string }
)

export type Search = (query: string) => readonly Hit[]

const MOST_HITS = 30
const EXCERPT_LENGTH = 130
const VERBATIM_BOOST = 2

/** Title and text are searched; what is opened is what `target` says. */
interface Entry {
  readonly id: number
  readonly title: string
  readonly text: string
  readonly target: Target
}

type Target =
  | { readonly kind: 'phase'; readonly phase: string; readonly phaseNumber: number }
  | { readonly kind: 'step'; readonly place: StepPlace }
  | { readonly kind: 'pitfall'; readonly number: number }
  | { readonly kind: 'word'; readonly word: string }

export function makeSearch(texts: CourseTexts, glossary: Readonly<Record<string, string>>): Search {
  const entries = entriesOf(texts, glossary)
  const index = new MiniSearch<Entry>({
    fields: ['title', 'text'],
    searchOptions: {
      boost: { title: 3 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  })
  index.addAll(entries)
  return (query) => {
    /** What has it just as it was typed, such as a setting's whole name, is meant before what only has its words. */
    const boostDocument = (id: number): number => (entries[id]?.text.includes(query) === true ? VERBATIM_BOOST : 1)
    const all = index.search(query, { combineWith: 'AND', boostDocument })
    // Nothing has every word: then what has some of them.
    const found = all.length > 0 ? all : index.search(query, { combineWith: 'OR', boostDocument })
    return found.slice(0, MOST_HITS).flatMap(({ id, terms }) => {
      const entry = entries[Number(id)]
      return entry === undefined ? [] : [asHit(entry, terms)]
    })
  }
}

function entriesOf(texts: CourseTexts, glossary: Readonly<Record<string, string>>): readonly Entry[] {
  const parts: Omit<Entry, 'id'>[] = []
  for (const { id, number, title, introText, goals, steps } of texts.phases) {
    const target = { kind: 'phase', phase: id, phaseNumber: number } as const
    parts.push({ title, text: plainText([introText, ...goals].join('\n\n')), target })
    for (const { place, doText, typescriptText, whyText } of steps)
      parts.push({
        title: plainText(place.title),
        text: plainText([doText, typescriptText, whyText].join('\n\n')),
        target: { kind: 'step', place },
      })
  }
  for (const { number, symptom, cause, fix } of texts.pitfalls.flatMap((group) => group.pitfalls))
    parts.push({
      title: plainText(symptom),
      text: plainText(`${cause}\n\n${fix}`),
      target: { kind: 'pitfall', number },
    })
  for (const [word, meaning] of Object.entries(glossary))
    parts.push({ title: word, text: plainText(meaning), target: { kind: 'word', word } })
  return parts.map((part, id) => ({ ...part, id }))
}

function asHit({ id, title, text, target }: Entry, terms: readonly string[]): Hit {
  return { key: `${target.kind}-${id}`, title, excerpt: excerpt(text, terms, EXCERPT_LENGTH), ...target }
}

/** Where a hit leads, in words. */
export function sayKind(hit: Hit): string {
  switch (hit.kind) {
    case 'phase':
      return `Phase ${hit.phaseNumber}`
    case 'step':
      return `Phase ${hit.place.phaseNumber} · step ${hit.place.stepNumber}`
    case 'pitfall':
      return `Pitfall ${hit.number}`
    case 'word':
      return 'Glossary'
  }
}
