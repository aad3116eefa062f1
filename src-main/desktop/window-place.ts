/**
 * Where the window was, and where it may be now: a screen that has since been unplugged or shrunk must not hide it.
 * Pure; windows.ts reads and writes window.json with it.
 */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowPlace extends Partial<Pick<Rectangle, 'x' | 'y'>> {
  readonly width: number
  readonly height: number
  readonly maximized: boolean
}

export const SMALLEST = { width: 1100, height: 700 } as const
const USUAL: WindowPlace = { width: 1440, height: 900, maximized: false }
/** This much of the title bar must be on a screen, or the window cannot be moved. */
const GRIP = { width: 120, height: 40 } as const

export function readWindowPlace(value: unknown): WindowPlace | null {
  if (typeof value !== 'object' || value === null) return null
  const { x, y, width, height, maximized } = value as Readonly<Record<string, unknown>> // each is checked here
  if (![x, y, width, height].every((number) => Number.isSafeInteger(number))) return null
  return {
    x: x as number,
    y: y as number,
    width: width as number,
    height: height as number,
    maximized: maximized === true,
  }
}

/** `workAreas`: the free part of every screen, the main one first. */
export function placeWindow(saved: WindowPlace | null, workAreas: readonly Rectangle[]): WindowPlace {
  const main = workAreas[0]
  const wanted = saved ?? USUAL
  const home = workAreas.find((area) => showsGrip(wanted, area)) ?? main
  if (!home) return wanted
  const width = Math.min(Math.max(wanted.width, SMALLEST.width), home.width)
  const height = Math.min(Math.max(wanted.height, SMALLEST.height), home.height)
  const { x, y } = wanted
  const keepsPosition = x !== undefined && y !== undefined && showsGrip(wanted, home)
  return { ...(keepsPosition ? { x, y } : {}), width, height, maximized: wanted.maximized }
}

function showsGrip(place: WindowPlace, area: Rectangle): boolean {
  const { x, y, width } = place
  if (x === undefined || y === undefined) return false
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  return seen >= GRIP.width && y >= area.y && y <= area.y + area.height - GRIP.height
}
