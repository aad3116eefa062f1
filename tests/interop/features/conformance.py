"""What a feature is: a function in plain Celery API that asserts, run the same under real Celery and under our Python.

`@feature('area: what is true')` puts it into the table; a keyword such as celery_to_ours='reason' says why a pairing
has no such thing. Pairings are named client to worker: celery_to_ours, ours_to_celery, ours_to_ours.
"""
import time

FEATURES = []


class Feature:
    def __init__(self, name, check, not_for):
        self.name = name
        self.check = check
        self.not_for = not_for


def feature(name, **not_for):
    def register(check):
        assert not any(name == other.name for other in FEATURES), f'two features are called {name!r}'
        FEATURES.append(Feature(name, check, not_for))
        return check

    return register


#: Generous: the machine that runs this may be doing other things.
PATIENCE = 60


def until(fact, ask, seconds=PATIENCE):
    """Waits for a fact by asking again; answers what `ask` answered."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < end, f'waited in vain for: {fact} (the last answer was {answer!r})'
        time.sleep(0.05)


def value_of(result):
    return result.get(timeout=PATIENCE)


def raised_by(result):
    """The exception that get() raises."""
    try:
        value = result.get(timeout=PATIENCE)
    except Exception as exc:
        return exc
    raise AssertionError(f'nothing was raised, the value is {value!r}')
