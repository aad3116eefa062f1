"""What Celery itself says about thousands of schedules at thousands of moments: run with Celery on the path, prints JSON.

Moments crowd around the two days of the year when clocks change. tests/engine/beat/schedule.test.ts reads what 5.6.3 printed
(next-runs.json); tests/interop/beat-schedules.interop.test.ts runs this file again, on the Celery that is installed.
"""
import json
import random
import sys
from datetime import datetime, timedelta, timezone

from celery import Celery, __version__
from celery.schedules import crontab, schedule

FIELDS = ('minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year')
CRONTABS = [
    {},
    {'minute': '*/15'},
    {'minute': 0, 'hour': 0},
    {'minute': 30, 'hour': 2},
    {'minute': '15,45', 'hour': '1-3'},
    {'minute': 0, 'hour': '*/3'},
    {'minute': 0, 'hour': '0,8-17/2', 'day_of_week': 'mon-fri'},
    {'minute': '50-10/5', 'hour': '22-3'},
    {'minute': 59, 'hour': 23, 'day_of_week': 'sunday'},
    {'minute': [5, 10, 40], 'hour': [2, 14], 'day_of_week': 'sat,sun'},
    {'minute': 0, 'hour': 12, 'day_of_week': 'fri-mon'},
    {'minute': 7, 'hour': 4, 'day_of_month': 1},
    {'minute': 0, 'hour': 2, 'day_of_month': '28-31'},
    {'minute': 30, 'hour': 1, 'day_of_month': 31},
    {'minute': 0, 'hour': 0, 'day_of_month': 29, 'month_of_year': 2},
    {'minute': 15, 'hour': 3, 'day_of_month': '*/7', 'month_of_year': '3,10-11'},
    {'minute': '*/20', 'hour': '*', 'day_of_month': '1-7,15-21', 'day_of_week': 1},
    {'minute': 0, 'hour': 6, 'month_of_year': '*/3'},
    {'minute': 45, 'hour': '1,2', 'day_of_month': '1,25-30/2', 'month_of_year': '3-11', 'day_of_week': '0,6'},
    {'minute': 0, 'hour': 23, 'day_of_month': '13', 'day_of_week': 'fri'},
]
INTERVALS = [(1.0, False), (0.1, False), (90, False), (90, True), (3600, True), (7200.5, False), (86400, True), (172800, True), (30.25, True)]
ZONES = ['UTC', 'Europe/Oslo', 'America/New_York']
# The clocks change: Oslo on 2026-03-29 and 2026-10-25 at 01:00 UTC; New York on 2026-03-08 at 07:00 and 2026-11-01 at 06:00 UTC.
CHANGES = ['2026-03-29T01:00', '2026-10-25T01:00', '2026-03-08T07:00', '2026-11-01T06:00']
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(when):
    return (when - EPOCH) // timedelta(microseconds=1)


def moments(rand, count):
    for _ in range(count):
        if rand.random() < 0.7:
            centre = datetime.fromisoformat(rand.choice(CHANGES)).replace(tzinfo=timezone.utc)
            now = centre + timedelta(seconds=rand.randrange(-30 * 3600, 30 * 3600))
        else:
            now = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rand.randrange(3 * 366 * 86400))
        now += timedelta(microseconds=rand.choice([0, 0, 1, 999999, rand.randrange(10**6)]))
        ago = rand.choice([0, 30, 60, 3600, 7200, 86400, 3 * 86400, 40 * 86400])
        yield now, now - timedelta(seconds=rand.random() * ago if rand.random() < 0.8 else ago)


def ask(entry, last):
    try:
        return entry.is_due(last)
    except Exception as exc:
        return type(exc).__name__, str(exc)


def main(per_zone):
    rand = random.Random(14)
    cases = []
    for zone, name in enumerate(ZONES):
        app = Celery('zone', set_as_current=False)
        app.conf.timezone = name
        zones = [(kind, index) for kind, known in (('crontab', CRONTABS), ('interval', INTERVALS)) for index in range(len(known))]
        for number, (now, last) in enumerate(moments(rand, per_zone)):
            kind, index = zones[number % len(zones)]
            local = now.astimezone(app.timezone)
            if kind == 'crontab':
                # Celery has no such setting before 5.3. It goes through every missed run, so the time missed is kept short.
                deadline = rand.choice([None, None, None, 60, 7200])
                if __version__ < '5.3' or now - last > timedelta(hours=4):
                    deadline = None
                app.conf.beat_cron_starting_deadline = deadline
                entry = crontab(**CRONTABS[index], app=app, nowfun=lambda: local)
            else:
                deadline = None
                entry = schedule(INTERVALS[index][0], INTERVALS[index][1], app=app, nowfun=lambda: local)
            due, following = ask(entry, last.astimezone(app.timezone))
            cases.append([kind[0], index, zone, micros(now), micros(last), deadline, due, following])
    print(json.dumps({'celery': __version__, 'crontabs': CRONTABS, 'intervals': INTERVALS, 'zones': ZONES})[:-1] + ', "cases": [')
    print(',\n'.join(json.dumps(case) for case in cases))
    print(']}')


main(int(sys.argv[1]))
