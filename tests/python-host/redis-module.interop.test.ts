/** `import redis` in a task: what our module answers on a real Redis is what redis-py answers there, and no other Redis can be reached. */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python as debianPython } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { head, PythonForTests, workspace } from './python-for-tests.js'

const tasksPy = `${head}
import datetime
import redis

def said(code):
    r = redis.Redis.from_url(os.environ['CELERY_BROKER_URL'])
    text = redis.from_url(os.environ['CELERY_BROKER_URL'], decode_responses=True)
    try:
        return repr(eval(code, {**globals(), 'r': r, 'text': text}))
    except Exception as exc:
        return f'{type(exc).__module__}.{type(exc).__name__}: {exc}'

def all_said(lines):
    redis.from_url(os.environ['CELERY_BROKER_URL']).flushdb()
    return [said(line) for line in lines]

@app.task
def say(lines):
    return all_said(lines)

client = None

@app.task
def count(name):
    global client
    client = client or redis.StrictRedis.from_url(os.environ['CELERY_BROKER_URL'])
    return client.incr(name)

@app.task
def wait_for(name):
    from celery.exceptions import SoftTimeLimitExceeded
    client = redis.from_url(os.environ['CELERY_BROKER_URL'])
    try:
        return client.blpop(name)
    except SoftTimeLimitExceeded:
        return ['too late', client.ping()]

@app.task
def refused(code):
    try: return repr(eval(code))
    except Exception as exc: return f'{type(exc).__name__}: {exc}'
`

const lines = String.raw`
r.ping()
r.set('a', 'ø')
r.get('a')
text.get('a')
r.get('nothing')
r.set('a', 2, nx=True)
r.set('a', 2, ex=50, xx=True), 0 < r.ttl('a') <= 50
r.set('a', 3, get=True)
r.set('b', b'\x00\xff', px=datetime.timedelta(seconds=9)), r.get('b'), r.ttl('b') > 0
r.setex('b', 50, 1.5), r.get('b'), r.setnx('b', 1)
r.incr('n'), r.incr('n', 4), r.decr('n'), r.incrby('n', amount=2), r.incrbyfloat('n', 0.5)
r.exists('a', 'b', 'c'), r.delete('a', 'c'), r.delete('a')
r.expire('b', 7), r.expire(name='c', time=datetime.timedelta(minutes=1)), r.persist('b'), r.ttl('b')
r.pexpire('b', datetime.timedelta(seconds=3)), r.pttl('b') > 2000
r.mset({'x': 1, 'y': 2}), r.mget('x', 'y', 'z'), r.mget(['x'])
sorted(r.keys()), sorted(text.keys('x*')), r.type('x'), text.type('x')
r.rpush('l', 1, 'two', b'three'), r.lrange('l', 0, -1), r.lpush('l', 0), r.llen('l'), text.lindex('l', 2)
r.lpop('l'), r.rpop('l', 2), r.lpop('nothing'), r.lset('l', 0, 'x'), r.ltrim('l', 0, 0), r.lrem('l', 0, 'x')
r.rpush('l', 'a', 'b'), r.blpop('l', 1), text.brpop(['none', 'l']), r.blpop('l', timeout=1)
r.hset('h', 'k', 1), r.hset('h', mapping={'k': 2, 'm': 3}), r.hget('h', 'k'), r.hgetall('h'), text.hgetall('h')
r.hincrby('h', 'k'), r.hincrbyfloat('h', 'k', 0.25), r.hexists('h', 'k'), r.hmget('h', ['k', 'q']), r.hkeys('h'), r.hvals('h'), r.hlen('h'), r.hdel('h', 'k')
r.sadd('s', 1, 2), sorted(r.smembers('s')), sorted(text.smembers('s')), type(r.smembers('s')), r.sismember('s', 1), r.scard('s'), r.srem('s', 1)
r.zadd('z', {'a': 1, 'b': 2.5}), r.zscore('z', 'b'), r.zscore('z', 'c'), r.zrange('z', 0, -1), r.zincrby('z', 2, 'a'), r.zrevrange('z', 0, -1), r.zcard('z')
r.eval('return {KEYS[1], ARGV[1]}', 1, 'k', 'v'), r.publish('nobody', 'x'), r.dbsize() > 3
r.execute_command('STRLEN', 'x')
r.lpush('x', 1)
r.execute_command('NOSUCH')
r.set('a', None)
r.set('a', True)
r.set('a', {'no': 'form'})
r.get()
redis.from_url('http://x')
issubclass(redis.ConnectionError, redis.RedisError), issubclass(redis.exceptions.ResponseError, redis.RedisError), redis.StrictRedis is redis.Redis
`
  .trim()
  .split('\n')

let server: RedisServer
let python: PythonForTests

beforeAll(async () => {
  server = await startRedisServer()
  python = new PythonForTests({ 'tasks.py': tasksPy }, { brokerUrl: server.url(2) })
  const loaded = await python.load()
  if (loaded.kind === 'refused') throw new Error(loaded.error.traceback)
})

afterAll(async () => {
  await python.close()
  await server.stop()
})

/** What a missing parameter is called, and the rest of a line of Redis' own, differ between versions. */
const comparable = (said: string): string => said.replace(/^(\S+TypeError|\S+ResponseError: unknown command).*/, '$1')

test('each call answers what redis-py answers', async () => {
  const ours = (await python.value('say', [lines])) as string[]
  const folder = workspace({ 'tasks.py': tasksPy })
  try {
    const { stdout } = await promisify(execFile)(
      debianPython,
      [
        '-c',
        `import json, sys, tasks; print(json.dumps(tasks.all_said(json.loads(sys.argv[1]))))`,
        JSON.stringify(lines),
      ],
      { cwd: folder, env: { ...process.env, CELERY_BROKER_URL: server.url(2), PYTHONDONTWRITEBYTECODE: '1' } },
    )
    const theirs = JSON.parse(stdout) as string[]
    const beside = (said: readonly string[]): string[] => said.map((one, i) => `${lines[i]}  ->  ${comparable(one)}`)
    expect(beside(ours)).toEqual(beside(theirs))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a client that is kept finds its Redis again after the link was lost', async () => {
  expect(await python.value('count', ['kept'])).toBe(1)
  await server.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  expect(await python.value('count', ['kept'])).toBe(2)
})

test('a wait in Redis ends by the soft time limit, and the client can go on', async () => {
  const waiting = python.value('wait_for', ['never'])
  const redis = server.client(2)
  while (!String(await redis.call('CLIENT', 'LIST')).includes('cmd=blpop'))
    await new Promise((next) => setTimeout(next, 20))
  python.runner.softTimeLimit()
  expect(await waiting).toEqual(['too late', true])
})

test('no other Redis can be reached, and what is not here says its name', async () => {
  expect(await python.value('refused', ["redis.Redis('127.0.0.1', 1).ping()"])).toBe(
    `AddressRefused: [Errno 13] 127.0.0.1:1 is outside the lab: Python here may reach redis at 127.0.0.1:${server.port}`,
  )
  expect(await python.value('refused', ["redis.Redis('10.0.0.1').ping()"])).toMatch(
    /^AddressRefused: .*10\.0\.0\.1:6379 is outside the lab/,
  )
  expect(await python.value('refused', ['redis.Redis().pipeline()'])).toMatch(
    /Redis\.pipeline is not covered by the Python side/,
  )
  expect(await python.value('refused', ['redis.Sentinel([])'])).toMatch(
    /redis\.Sentinel is not covered by the Python side/,
  )
})
