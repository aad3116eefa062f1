"""Times and durations as Celery reads and shows them. Celery: celery/utils/time.py"""
import datetime as _datetime
import random
from datetime import datetime, timedelta


def maybe_timedelta(delta):
    """A number is seconds."""
    return timedelta(seconds=delta) if isinstance(delta, (int, float)) else delta


def make_aware(dt, tz):
    return dt.replace(tzinfo=tz)


def is_naive(dt):
    return dt.tzinfo is None or dt.tzinfo.utcoffset(dt) is None


def maybe_make_aware(dt, tz=None, naive_as_utc=True):
    """A time without a zone is one of `tz`, in UTC unless that is said not to be so."""
    if not is_naive(dt):
        return dt
    aware = make_aware(dt, _datetime.timezone.utc if naive_as_utc or tz is None else tz)
    return aware if tz is None else aware.astimezone(tz)


def to_utc(dt):
    return dt.replace(tzinfo=_datetime.timezone.utc)


def maybe_iso8601(dt):
    return dt if dt is None or isinstance(dt, datetime) else datetime.fromisoformat(dt)


def rate(r):
    """`10/m` as a number a second; None is no limit."""
    if not r:
        return 0
    if not isinstance(r, str):
        return r
    ops, _, modifier = r.partition('/')
    return float(ops) / {'s': 1, 'm': 60, 'h': 3600}[modifier or 's'] or 0


def humanize_seconds(secs, prefix='', sep='', now='now', microseconds=False):
    secs = float(f'{float(secs):.2f}')
    for name, size in (('day', 86400), ('hour', 3600), ('minute', 60), ('second', 1)):
        if secs >= size:
            count = secs / size
            return f'{prefix}{sep}{count:.2f} {name}{"s" if count > 1 else ""}'
    return f'{prefix}{sep}{secs:.2f} seconds' if microseconds and secs > 0 else now


def get_exponential_backoff_interval(factor, retries, maximum, full_jitter=False):
    """Doubles from `factor` on, up to `maximum`; with jitter anything up to that."""
    countdown = min(maximum, factor * (2**retries))
    return max(0, random.randrange(countdown + 1) if full_jitter else countdown)
