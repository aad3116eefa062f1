/** The stops of the first-run tour: panes by their `data-pane`, in the order in which a step goes through them. At most five. */

export interface TourStop {
  readonly pane: string
  readonly title: string
  readonly text: string
  readonly side: 'left' | 'right' | 'top' | 'bottom'
}

export const TOUR_STOPS: readonly TourStop[] = [
  {
    pane: 'lesson',
    title: 'The lesson',
    text: 'Each step asks for one action. Its checks turn green by themselves, as soon as what they wait for has really happened. No phase is locked.',
    side: 'right',
  },
  {
    pane: 'stage',
    title: 'The stage',
    text: 'Messages on their way from your web app to the broker, to a worker, and back. Only what was observed is drawn.',
    side: 'bottom',
  },
  {
    pane: 'code',
    title: 'Your code',
    text: 'Edit it here. Ctrl+S saves, and restarts the programs that had loaded the file.',
    side: 'top',
  },
  {
    pane: 'terminals',
    title: 'What runs',
    text: 'A terminal for each process. What they print is their own: these are real programs on your machine.',
    side: 'top',
  },
  {
    pane: 'side',
    title: 'Break it',
    text: 'Kill a worker, stop the mail server, and see what became of each message. Ctrl+K finds every command, and this tour again.',
    side: 'left',
  },
]
