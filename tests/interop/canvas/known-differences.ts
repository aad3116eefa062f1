/**
 * Where a canvas of Celery 5.2.6 and one of 5.6.3, whose canvases ours are, differ; and what Celery itself leaves to chance.
 * Everything else must be equal, task by task.
 */
export interface KnownDifference {
  readonly of: RegExp
  readonly why: string
  /** What is the same all the same: how each task ended and with which values; how each ended; nothing. */
  readonly still: 'values' | 'ends' | 'nothing'
}

/** Between clients: which messages a canvas becomes. */
export const betweenClients: readonly KnownDifference[] = [
  {
    of: /^(?:h|hc) \| g1$/,
    why: 'a group of one after a chord: newer versions make it a part of the body, and the result ends at the header',
    still: 'values',
  },
  {
    of: /^[tcgh]c? \| .*[gh].*\| [cgth]$|^chain\(.*[gh].*\)$|^chain\((?:chain\()?t\.s.*(?:chord|group)/,
    why: 'what follows a chord in a chain: newer versions make it a part of the body, and the result links that way',
    still: 'values',
  },
  {
    of: /^chord\(.*apply_async\(\('>',\), \{'k': 1\}\)$/,
    why: 'keyword arguments of apply_async of a chord: newer versions give them to the header',
    still: 'nothing',
  },
  {
    of: /^chain\(h, g, h\)$/,
    why: 'a chord after a chord and a group: newer versions make the group a part of the body, and each member goes on by itself',
    still: 'nothing',
  },
  {
    of: /group\(\[\]\)/,
    why: 'an empty group at the end of a chain: its result has no parent in 5.2.6',
    still: 'values',
  },
  {
    of: /^fails with an errback: h, chord in the header$/,
    why: 'an errback of a chord: newer versions give it to chords in its header too',
    still: 'nothing',
  },
  {
    of: /^fails(?: with an errback)?: h, with a chain as body$/,
    why: 'a chain as the body of a chord that fails: 5.2.6 gives the chain no id, and breaks on storing the failure',
    still: 'nothing',
  },
]

/** Between workers: what becomes of a message. */
export const betweenWorkers: readonly KnownDifference[] = [
  {
    of: /^fails(?: with an errback)?: (?:h, with a chain as body|c, in its chord)$/,
    why: 'a chain as the body of a chord that fails: 5.2.6 looks for the id of the chain, which has none, and breaks on it',
    still: 'nothing',
  },
  {
    of: /^errback c$/,
    why: 'an errback that raises: in 5.2.6 its error replaces the one of the task that failed',
    still: 'ends',
  },
  {
    of: /^app\.send_task\('tasks\.t'.*chain=/,
    why: 'a chain given as an option: 5.2.6 wants it frozen',
    still: 'nothing',
  },
]

/** The order in a list, and which of two results a step of a chain gets, is left to chance by every Celery. */
export const byChance: readonly KnownDifference[] = [
  {
    of: /expired in the header$/,
    why: 'errbacks of a body are children of the member that runs last, and one that has expired does not run',
    still: 'values',
  },
  {
    of: /^g \| g(?: |$)|^gc \| gc?$|\bg \| g \||\| g \| g$|^chain\((?:.*, )?g, g|^chain\(group.*, group|^chain\(h, g, h\)$|^g \| gc$|^gc \| g1?$/,
    why: 'a group after a group: as the body of a chord each of its members gets what follows, under the same ids',
    still: 'ends',
  },
  {
    of: /^chord\(\[t\.s\('a'\) \| group/,
    why: 'a member of a header that ends in a group: it counts the header anew, and a part may come when all is done',
    still: 'values',
  },
  {
    of: /^replaced by (?:g|h|cg|gc), in a (?:group|header)$|^a header that grows$/,
    why: 'members that a replaced or added task brings into a header: they share a place in it',
    still: 'ends',
  },
]
