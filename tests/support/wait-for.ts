/** Waits for a fact by asking again every few milliseconds; says which fact never came. */
export async function waitFor<T>(
  fact: string,
  ask: () => T | Promise<T>,
  options: { readonly timeoutSeconds?: number; readonly describe?: () => string } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + (options.timeoutSeconds ?? 60) * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T> // narrowed above
    if (Date.now() > deadline)
      throw new Error(`waited in vain for: ${fact}${options.describe ? `\n${options.describe()}` : ''}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
