"""When a periodic task is due, as it is written in `beat_schedule`: `crontab`, `schedule`, and how they look as plain data.

Whether one is due now is computed by beat, in the engine (src-main/engine/beat). Celery: celery/schedules.py
"""
import numbers
import re
from collections.abc import Iterable
from datetime import timedelta

from lab_host.not_covered import attribute_of

__all__ = ('ParseException', 'crontab', 'crontab_parser', 'maybe_schedule', 'schedule', 'solar')


_MONTHS = {name: number for number, name in enumerate('jan feb mar apr may jun jul aug sep oct nov dec'.split(), 1)}
_WEEKDAYS = {name: number for number, name in enumerate('sun mon tue wed thu fri sat'.split())}


class ParseException(Exception):
    """A crontab's field that cannot be read."""


class BaseSchedule:
    """What beat asks (`is_due`) is answered by the engine; asking here says so."""

    def __init__(self, nowfun=None, app=None):
        self.nowfun = nowfun
        self.app = app

    def __getattr__(self, name):
        return attribute_of(f'celery.schedules.{type(self).__name__}')(name)


class schedule(BaseSchedule):
    """Every so often: a timedelta, or a number of seconds."""

    def __init__(self, run_every=None, relative=False, nowfun=None, app=None):
        self.run_every = timedelta(seconds=run_every) if isinstance(run_every, numbers.Real) else run_every
        self.relative = relative
        super().__init__(nowfun=nowfun, app=app)

    @property
    def seconds(self):
        return max(self.run_every.total_seconds(), 0)

    @property
    def human_seconds(self):
        return _human(self.seconds)

    def __repr__(self):
        return f'<freq: {self.human_seconds}>'

    def __eq__(self, other):
        return self.run_every == (other.run_every if isinstance(other, schedule) else other)

    __hash__ = None

    def as_data(self):
        every = round(self.run_every.total_seconds() * 1_000_000)
        return {'kind': 'interval', 'everyMicros': every, 'relative': bool(self.relative)}


class crontab_parser:
    """`*/15`, `1,13,30-45,50-59/2`, `mon-fri` become a set of numbers; `max_` of them, from `min_` on."""

    ParseException = ParseException

    def __init__(self, max_=60, min_=0):
        self.max_ = max_
        self.min_ = min_

    def parse(self, spec):
        found = set()
        for part in spec.split(','):
            if not part:
                raise self.ParseException('empty part')
            found.update(self._part(part))
        return found

    def _part(self, part):
        # As Celery: a pattern has to fit the beginning of the part; what follows is not looked at.
        if match := re.match(r'(\w+?)-(\w+)/(\w+)?', part):
            return self._every_nth(self._range(match[1], match[2]), match[3])
        if match := re.match(r'(\w+?)-(\w+)', part):
            return self._range(match[1], match[2])
        if match := re.match(r'\*/(\w+)?', part):
            return self._every_nth(self._all(), match[1])
        return self._all() if part == '*' else [self._number(part)]

    def _all(self):
        return list(range(self.min_, self.min_ + self.max_))

    def _range(self, first, last):
        first, last = self._number(first), self._number(last)
        if last >= first:
            return list(range(first, last + 1))
        return [*range(first, self.min_ + self.max_), *range(self.min_, last + 1)]

    def _every_nth(self, found, steps):
        if not steps:
            raise self.ParseException('empty filter')
        return found[:: int(steps)]

    def _number(self, text):
        if text.startswith('-'):
            raise self.ParseException('negative numbers not supported')
        try:
            number = int(text)
        except ValueError:
            abbreviated = text[:3].lower()
            number = _MONTHS.get(abbreviated, _WEEKDAYS.get(abbreviated))
            if number is None:
                raise ValueError(f'Invalid weekday literal {text!r}.') from None
        last = self.min_ + self.max_ - 1
        if number > last:
            raise ValueError(f'Invalid end range: {number} > {last}.')
        if number < self.min_:
            raise ValueError(f'Invalid beginning range: {number} < {self.min_}.')
        return number


class crontab(BaseSchedule):
    """As in a crontab file, each field a number, a text, or several numbers; what is left out is `*`."""

    def __init__(self, minute='*', hour='*', day_of_week='*', day_of_month='*', month_of_year='*', nowfun=None, app=None):
        self._orig_minute = minute
        self._orig_hour = hour
        self._orig_day_of_week = day_of_week
        self._orig_day_of_month = day_of_month
        self._orig_month_of_year = month_of_year
        self.minute = self._expand_cronspec(minute, 60)
        self.hour = self._expand_cronspec(hour, 24)
        self.day_of_week = self._expand_cronspec(day_of_week, 7)
        self.day_of_month = self._expand_cronspec(day_of_month, 31, 1)
        self.month_of_year = self._expand_cronspec(month_of_year, 12, 1)
        super().__init__(nowfun=nowfun, app=app)

    @classmethod
    def from_string(cls, crontab):
        minute, hour, day_of_month, month_of_year, day_of_week = crontab.split(' ')
        return cls(minute, hour, day_of_week, day_of_month, month_of_year)

    @staticmethod
    def _expand_cronspec(cronspec, max_, min_=0):
        if isinstance(cronspec, numbers.Integral):
            result = {cronspec}
        elif isinstance(cronspec, str):
            result = crontab_parser(max_, min_).parse(cronspec)
        elif isinstance(cronspec, Iterable):
            result = set(cronspec)
        else:
            raise TypeError(
                'Argument cronspec needs to be of any of the following types: '
                f'int, str, or an iterable type. {type(cronspec)!r} was given.'
            )
        for number in result:
            if number >= max_ + min_ or number < min_:
                raise ValueError(f"Invalid crontab pattern.  Valid range is {min_}-{max_ - 1 + min_}. '{number}' was found.")
        return result

    def _shown(self):
        return [
            str(field)
            for field in (
                self._orig_minute,
                self._orig_hour,
                self._orig_day_of_month,
                self._orig_month_of_year,
                self._orig_day_of_week,
            )
        ]

    def __repr__(self):
        return f'<crontab: {" ".join(self._shown())} (m/h/dM/MY/d)>'

    def _fields(self):
        return self.month_of_year, self.day_of_month, self.day_of_week, self.hour, self.minute

    def __eq__(self, other):
        return self._fields() == other._fields() if isinstance(other, crontab) else NotImplemented

    __hash__ = None

    def as_data(self):
        return {
            'kind': 'crontab',
            'minutes': sorted(self.minute),
            'hours': sorted(self.hour),
            'daysOfWeek': sorted(self.day_of_week),
            'daysOfMonth': sorted(self.day_of_month),
            'monthsOfYear': sorted(self.month_of_year),
            'anyDate': self._orig_day_of_month == '*' and self._orig_month_of_year == '*',
            'shown': self._shown(),
        }


class solar(BaseSchedule):
    """By the sun: not here."""

    def __init__(self, *args, **kwargs):
        attribute_of('celery.schedules')('solar')


def maybe_schedule(s, relative=False, app=None):
    """A number of seconds and a timedelta are a schedule; a schedule stays itself."""
    if isinstance(s, (numbers.Real, timedelta)):
        return schedule(s, relative, app=app)
    return s


def _human(seconds):
    for name, size in (('day', 86400), ('hour', 3600), ('minute', 60), ('second', 1)):
        if round(seconds, 2) >= size:
            count = seconds / size
            return f'{count:.2f} {name}{"" if round(seconds, 2) == size else "s"}'
    return 'now'
