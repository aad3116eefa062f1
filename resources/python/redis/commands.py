"""The commands by their names and parameters in redis-py, and what their replies become there. redis-py: redis/commands/core.py"""
import datetime
import inspect


def _yes(reply):
    return reply == b'OK'


def _float(reply):
    return None if reply is None else float(reply)


def _pairs(reply):
    return dict(zip(reply[::2], reply[1::2]))


def _popped(reply):
    return None if reply is None else tuple(reply)


#: `*names` takes any number; `name=1` has a default. Each is sent in this order after the command's own name.
_SIGNATURES = {
    None: """
        append key value; dbsize; decrby name amount; delete *names; eval script numkeys *keys_and_args; exists *names;
        get name; getdel name; getset name value; hdel name *keys; hget name key; hincrby name key amount=1; hkeys name;
        hlen name; hsetnx name key value; hvals name; incrby name amount; keys pattern=*; lindex name index; llen name;
        lpush name *values; lrange name start end; lrem name count value; publish channel message; pttl name;
        rpoplpush src dst; rpush name *values; sadd name *values; scard name; spop name; srem name *values; strlen name;
        ttl name; type name; unlink *names; zcard name; zcount name min max; zrange name start end;
        zrangebyscore name min max; zrank name value; zrem name *values; zremrangebyscore name min max;
        zrevrange name start end
    """,
    bool: """
        expire name time; expireat name when; hexists name key; persist name; pexpire name time; renamenx src dst;
        setnx name value; sismember name value
    """,
    _yes: """
        flushdb; lset name index value; ltrim name start end; psetex name time_ms value; rename src dst;
        setex name time value
    """,
    _float: 'hincrbyfloat name key amount=1.0; incrbyfloat name amount=1.0; zincrby name amount value; zscore name value',
    _pairs: 'hgetall name',
    set: 'sdiff *keys; sinter *keys; smembers name; sunion *keys',
}


def _parameter(text):
    name, _, default = text.partition('=')
    if name.startswith('*'):
        return inspect.Parameter(name[1:], inspect.Parameter.VAR_POSITIONAL)
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default if default else inspect.Parameter.empty
    )


def _method(name, signature, convert):
    a_second = 1000 if name.startswith('p') else 1  # pexpire

    def method(self, *args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return self._run('DEL' if name == 'delete' else name.upper(), *(_plain(one, a_second) for one in bound.args), convert=convert)

    method.__name__ = name
    method.__signature__ = signature
    return method


class Commands:
    """Those that have a form of their own; the others are added below."""

    def ping(self):
        return self._run('PING', convert=lambda reply: reply == b'PONG')

    def set(self, name, value, ex=None, px=None, nx=False, xx=False, keepttl=False, get=False):
        options = [*(('EX', _plain(ex)) if ex is not None else ()), *(('PX', _plain(px, 1000)) if px is not None else ())]
        options += [word for word, is_on in (('NX', nx), ('XX', xx), ('KEEPTTL', keepttl), ('GET', get)) if is_on]
        return self._run('SET', name, value, *options, convert=None if get else lambda reply: True if _yes(reply) else None)

    def incr(self, name, amount=1):
        return self._run('INCRBY', name, amount)

    def decr(self, name, amount=1):
        return self._run('DECRBY', name, amount)

    def mget(self, keys, *args):
        return self._run('MGET', *_listed(keys), *args)

    def mset(self, mapping):
        return self._run('MSET', *_flat(mapping), convert=_yes)

    def hset(self, name, key=None, value=None, mapping=None):
        return self._run('HSET', name, *(() if key is None else (key, value)), *_flat(mapping or {}))

    def hmget(self, name, keys, *args):
        return self._run('HMGET', name, *_listed(keys), *args)

    def lpop(self, name, count=None):
        return self._run('LPOP', name, *(() if count is None else (count,)))

    def rpop(self, name, count=None):
        return self._run('RPOP', name, *(() if count is None else (count,)))

    def blpop(self, keys, timeout=0):
        return self._run('BLPOP', *_listed(keys), timeout or 0, convert=_popped, waits=timeout or 0)

    def brpop(self, keys, timeout=0):
        return self._run('BRPOP', *_listed(keys), timeout or 0, convert=_popped, waits=timeout or 0)

    def zadd(self, name, mapping, nx=False, xx=False):
        words = [word for word, is_on in (('NX', nx), ('XX', xx)) if is_on]
        return self._run('ZADD', name, *words, *(part for value, score in mapping.items() for part in (score, value)))


for _convert, _all in _SIGNATURES.items():
    for _line in _all.split(';'):
        _name, *_parameters = _line.split()
        _own = inspect.Signature([_parameter(text) for text in _parameters])
        setattr(Commands, _name, _method(_name, _own, _convert))


def _plain(value, a_second=1):
    """A timedelta as the whole number that Redis takes."""
    return int(value.total_seconds() * a_second) if isinstance(value, datetime.timedelta) else value


def _listed(keys):
    return [keys] if isinstance(keys, (str, bytes)) else list(keys)


def _flat(mapping):
    return [part for pair in mapping.items() for part in pair]
