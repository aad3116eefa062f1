"""Crontabs of every kind, printed by real Celery and by our Python side: it must be the same. Usage: crontab_fields.py COUNT

No names of months: 5.2.6 does not know them yet.
"""
import json
import random
import sys

from celery.schedules import crontab, schedule

random.seed(6)
PARTS = ['*', '*/{}', '{}', '{}-{}', '{}-{}/{}', 'mon', 'fri-mon', 'sun-sat/2', '-{}', '{}/', '*/', '', 'noday', '1_0', '{}x']


def field():
    return ','.join(random.choice(PARTS).format(*(random.randrange(70) for _ in range(3))) for _ in range(random.choice((1, 1, 2))))


def shown(make):
    try:
        made = make()
    except Exception as exc:
        return f'{type(exc).__name__}: {exc}'
    fields = (made.minute, made.hour, made.day_of_week, made.day_of_month, made.month_of_year)
    return [*(sorted(numbers) for numbers in fields)]


found = []
for _ in range(int(sys.argv[1])):
    name = random.choice(('minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'))
    value = random.choice((field(), field(), random.randrange(-1, 70), [random.randrange(70)], 1.5))
    found.append(shown(lambda: crontab(**{name: value})))
found += [repr(schedule(seconds)) for seconds in (0, 0.001, 1, 1.5, 59.999, 60, 100, 3600, 5400, 86400, 1e6)]
found += [crontab(1) == crontab('1'), crontab(1) == crontab(2), schedule(5) == schedule(5.0), schedule(5) == schedule(6)]
print(json.dumps(found))
