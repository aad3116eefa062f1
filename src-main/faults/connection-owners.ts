/** Which process a Redis connection belongs to, by the local port of the proxy's upstream socket. */

export interface ConnectionOwners {
  own(localPort: number, owner: string): void
  /** Null: no proxy of ours opened that connection (redis-cli, a real Celery …). */
  ownerOf(localPort: number): string | null
}

/**
 * An entry outlives its connection, because the command stream is read a little later than it was written;
 * the next connection from the same port replaces it, so there are never more entries than ports.
 */
export function connectionOwners(): ConnectionOwners {
  const owners = new Map<number, string>()
  return {
    own: (localPort, owner) => void owners.set(localPort, owner),
    ownerOf: (localPort) => owners.get(localPort) ?? null,
  }
}
