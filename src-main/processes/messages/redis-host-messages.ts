/** What crosses between the lab and the process that hosts redis-server through redis-memory-server. */

export type LabToRedisHost =
  | {
      readonly kind: 'start'
      readonly binary: string
      readonly password: string
      readonly dataFolder: string
      readonly port: number
    }
  | { readonly kind: 'stop' }

export type RedisHostToLab =
  | { readonly kind: 'ready'; readonly port: number; readonly pid: number; readonly version: string }
  | { readonly kind: 'failed'; readonly message: string }
