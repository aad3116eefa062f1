/** celery/utils/saferepr.py of ours and of real Celery say the same about 20,000 values made at random. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const compare = `
import datetime, decimal, importlib.util, random, sys, uuid
from celery.utils.saferepr import saferepr as real
spec = importlib.util.spec_from_file_location('ours', sys.argv[1])
ours = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ours)
class D(dict): pass
class L(list): pass
class O:
    def __repr__(self): return 'an object of words'
LEAVES = [1, 2.5, True, None, 'x' * 29, "it's a b c d", b'ab c', b'\\xff\\x00' * 4, decimal.Decimal('1.5'), datetime.date(2030, 1, 2),
          uuid.UUID(int=5), range(3), O(), 'é☃ z', float('nan'), set(), frozenset(), '', 2 ** 70]
def value(depth=0):
    kind = random.randrange(20)
    if depth > 4 or kind < 9: return random.choice(LEAVES)
    parts = [value(depth + 1) for _ in range(random.randrange(5))]
    if kind < 12: return parts
    if kind < 14: return tuple(parts)
    if kind < 18: return {random.choice(['k', 'two words', 1, (1, 2), b'z']): part for part in parts}
    return D({'a': value(depth + 1)}) if kind == 18 else random.choice([{1}, frozenset([2]), L([1, 'a'])])
different = []
for seed in range(20000):
    random.seed(seed)
    it, limit = value(), random.choice([None, 5, 10, 20, 40, 100])
    mine, theirs = ours.saferepr(it, limit), real(it, limit)
    if mine != theirs: different.append((seed, limit, mine, theirs))
print(len(different), different[:3])
`

test('reprs equal those of real Celery', async () => {
  const ours = resolve('resources/python/celery/utils/saferepr.py')
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', compare, ours])
  expect(stdout.trim()).toBe('0 []')
})
