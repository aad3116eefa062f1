/**
 * The byte by which a soft time limit reaches a running Python. Python asks for it again and again while it runs.
 *
 * Pyodide reads the byte and sets it to zero in two steps (`Py_EmscriptenSignalBuffer[0]`, then `= 0`), on another
 * thread than the one that writes it: what is written between the two was lost, for about one busy loop in fifty. Here
 * reading takes the byte and leaves zero, in one step.
 */

/** What `setInterruptBuffer` gets in place of an array: `[0]` is the interrupt, and is gone once it was read. */
export function takenWhenRead(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty({}, '0', {
    get: () => takeInterrupt(bytes),
    set: () => undefined, // only ever set to zero, which it is
  }) as Uint8Array // all that is ever asked of it is [0]
}

/** The interrupt that has come since the last look, 0 for none. */
export function takeInterrupt(bytes: Uint8Array): number {
  return Atomics.exchange(bytes, 0, 0)
}

export function setInterrupt(bytes: Uint8Array, signal: number): void {
  Atomics.store(bytes, 0, signal)
}
