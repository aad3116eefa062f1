/** The tour itself: driver.js draws the frame and the card, follows arrow keys and ends with Escape. A pane that is not on screen is left out. */
import { driver } from 'driver.js'
import 'driver.js/dist/driver.css'
import './tour.css'
import { TOUR_STOPS } from './tour-stops.js'

export interface TourOrder {
  readonly reducedMotion: boolean
  /** Finished or skipped. */
  readonly onend: () => void
}

export function startTour({ reducedMotion, onend }: TourOrder): void {
  const stops = TOUR_STOPS.flatMap(({ pane, title, text, side }) => {
    const element = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`)
    if (element === null || element.offsetParent === null) return []
    return [{ element, popover: { title, description: text, side, align: 'center' as const } }]
  })
  const before = document.activeElement
  driver({
    steps: stops,
    animate: !reducedMotion,
    duration: 200,
    smoothScroll: false,
    stagePadding: 0,
    stageRadius: 6,
    overlayOpacity: 0.45,
    disableActiveInteraction: true,
    popoverClass: 'tour',
    showProgress: stops.length > 1,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    onPopoverRender: ({ closeButton, nextButton }) => {
      closeButton.textContent = 'Skip'
      closeButton.setAttribute('aria-label', 'Skip the tour')
      // driver.js gives the focus to the first button; whoever presses Enter wants to go on.
      requestAnimationFrame(() => nextButton.focus())
    },
    onDestroyed: () => {
      if (before instanceof HTMLElement) before.focus()
      onend()
    },
  }).drive()
}
