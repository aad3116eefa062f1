"""A rush: the same one every time, because its chance has a seed. `rush()` takes about 15 seconds."""

import itertools
import random
import time

from tasks import make_report, send_confirmation

order_numbers = itertools.count(int(time.time()) % 100_000)


def rush(mails=30):
    """So many mails at odd moments, and a report of 3 seconds beside every eighth."""
    chance = random.Random(7)
    for number in range(mails):
        if number % 8 == 0:
            make_report.delay(3)
        send_confirmation.delay(next(order_numbers))
        time.sleep(chance.uniform(0.3, 0.7))
