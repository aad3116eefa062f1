/** What crosses between the lab and the process that hosts redis-server through redis-memory-server. */

export type LabToRedisHost =
  | {
      readonly kind: 'start'
      /** Path of redis-server; empty: redis-memory-server compiles its own. */
      readonly binary: string
      /** Libraries that came with a bundled binary. */
      readonly libraryFolder: string | null
      readonly buildFolder: string
      readonly password: string
      readonly dataFolder: string
      readonly port: number
      readonly appendOnly: boolean
    }
  | { readonly kind: 'stop' }

export type RedisHostToLab =
  | { readonly kind: 'ready'; readonly port: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly message: string }
