/** Which of Redis' commands are asked about before they run, in what words, and which this console does not send at all. */

export type Danger =
  | { readonly kind: 'none' }
  /** A sentence that ends where the question begins. */
  | { readonly kind: 'ask'; readonly what: string }
  | { readonly kind: 'refuse'; readonly why: string }

const ASKED: Readonly<Record<string, string>> = {
  FLUSHALL: 'deletes everything in this Redis: waiting messages, unacked ones, results.',
  FLUSHDB: 'deletes everything in this database: waiting messages, unacked ones, results.',
  DEL: 'deletes whole keys: of a queue, every message that waits in it.',
  UNLINK: 'deletes whole keys: of a queue, every message that waits in it.',
  SHUTDOWN: 'ends Redis, and with it everything that it holds. The lab then starts an empty one.',
  SWAPDB: 'makes all clients see another database at once.',
  RENAME: 'gives a key another name: workers look for a queue under its old one.',
  LTRIM: 'throws away the messages outside of the range.',
  LSET: 'overwrites a message.',
  LREM: 'takes messages out of a queue.',
  HDEL: 'takes entries away: of unacked, messages that a restore would bring back.',
  MIGRATE: 'moves keys to another Redis.',
  RESTORE: 'overwrites keys.',
  'CONFIG SET': 'changes a setting of this Redis for everybody, until it is started again.',
  'CONFIG RESETSTAT': 'sets the counters of INFO to zero.',
  'CLIENT KILL': 'cuts a connection: a worker or a web app that has it must connect anew.',
  'CLIENT PAUSE': 'lets every client wait.',
  'SCRIPT FLUSH': 'throws away the scripts that clients have loaded.',
}

const REFUSED: Readonly<Record<string, string>> = {
  AUTH: 'the console is logged in already',
  HELLO: 'the console speaks RESP2, as redis-cli does by default',
  RESET: 'it would log the console out',
  QUIT: 'each command here has a connection of its own',
  SELECT: 'each command here has a connection of its own: say redis-cli -n 1 …',
  MULTI: 'each command here has a connection of its own, and a transaction needs one for several',
  EXEC: 'there is no transaction: see MULTI',
  DISCARD: 'there is no transaction: see MULTI',
  WATCH: 'there is no transaction: see MULTI',
  ACL: "the lab's own password would no longer fit",
  DEBUG: 'Redis has it switched off',
  MODULE: 'modules run code of their own inside of Redis',
  REPLICAOF: 'this Redis follows nobody',
  SLAVEOF: 'this Redis follows nobody',
  FAILOVER: 'this Redis follows nobody',
  CLUSTER: 'this Redis is a single one',
  SYNC: 'this Redis has no replicas',
  PSYNC: 'this Redis has no replicas',
  'CLIENT REPLY': 'the console waits for replies',
  'CONFIG REWRITE': "the settings file is the lab's",
}

/** Settings without which the lab no longer reaches its Redis, or which write files. */
const LABS_SETTINGS =
  /^(?:requirepass|masteruser|masterauth|port|tls-.*|bind.*|unixsocket.*|protected-mode|dir|dbfilename|maxclients|logfile|loadmodule|rename-command|user|acl.*)$/i

export function dangerOf(words: readonly string[]): Danger {
  const [command = '', sub = ''] = words.map((word) => word.toUpperCase())
  const both = `${command} ${sub}`
  if (both === 'CONFIG SET') {
    const own = words.slice(2).find((word, index) => index % 2 === 0 && LABS_SETTINGS.test(word))
    if (own !== undefined) return { kind: 'refuse', why: `${own} is how the lab reaches and keeps its Redis` }
  }
  const refused = REFUSED[both] ?? REFUSED[command]
  if (refused !== undefined) return { kind: 'refuse', why: refused }
  const asked = ASKED[both] ?? ASKED[command]
  return asked === undefined ? { kind: 'none' } : { kind: 'ask', what: `${ASKED[both] ? both : command} ${asked}` }
}

/** These go on until they are stopped. */
export function staysOpen(words: readonly string[]): boolean {
  return ['MONITOR', 'SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE'].includes((words[0] ?? '').toUpperCase())
}
