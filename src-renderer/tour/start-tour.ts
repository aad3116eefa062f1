/** The tour itself: driver.js draws the frame and the card; the keys are ours. A pane that is not on screen is left out. */
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
  const steps = TOUR_STOPS.flatMap(({ pane, title, text, side }) => {
    const element = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`)
    if (element === null || element.offsetParent === null) return []
    return [{ element, popover: { title, description: text, side, align: 'center' as const } }]
  })
  const before = document.activeElement
  const tour = driver({
    steps,
    animate: !reducedMotion,
    duration: 200,
    smoothScroll: false,
    stagePadding: 0,
    stageRadius: 6,
    overlayOpacity: 0.45,
    disableActiveInteraction: true,
    // driver.js hears a key when it is let go, after it has already worked on what has the focus, and drops it while its frame moves.
    allowKeyboardControl: false,
    popoverClass: 'tour',
    showProgress: steps.length > 1,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    onPopoverRender: ({ closeButton, nextButton }) => {
      closeButton.textContent = 'Skip'
      closeButton.setAttribute('aria-label', 'Skip the tour')
      // driver.js gives the focus to the first button right after this; whoever presses Enter wants to go on.
      queueMicrotask(() => nextButton.focus())
    },
    // However it ends: driver.js says that it has ended only when its frame had come to rest.
    onDestroyStarted: () => end(),
  })

  function end(): void {
    window.removeEventListener('keydown', keys, true)
    tour.destroy()
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    if (before instanceof HTMLElement) before.focus()
    onend()
  }

  /** Before anybody else, wherever the focus is: an editor would take the arrows for its own. */
  function keys(event: KeyboardEvent): void {
    const move = moveOf(event)
    if (move === null) return
    event.preventDefault()
    event.stopPropagation()
    if (move === 'end') end()
    else if (move === 'next') tour.moveNext()
    else if (tour.hasPreviousStep()) tour.movePrevious()
  }

  window.addEventListener('keydown', keys, true)
  tour.drive()
}

function moveOf({ key, target, altKey, ctrlKey, metaKey }: KeyboardEvent): 'next' | 'back' | 'end' | null {
  if (altKey || ctrlKey || metaKey) return null
  const onButton = target instanceof Element && target.closest('.driver-popover button') !== null
  switch (key) {
    case 'ArrowRight':
      return 'next'
    case 'ArrowLeft':
      return 'back'
    case 'Escape':
      return 'end'
    case 'Enter':
      return onButton ? null : 'next' // the button says what Enter does
    default:
      return null
  }
}
