"""One test without a worker, and one with."""

import unittest

from tasks import send_confirmation


class Tasks(unittest.TestCase):
    def test_the_function(self):
        """apply() runs the task here and now: no broker, no worker, nothing that could be lost."""
        self.assertIn('order 7', send_confirmation.apply((7, 'test@example.com')).get())

    def test_the_whole_way(self):
        """delay() and get(): message, queue, worker, result."""
        self.assertIn('order 8', send_confirmation.delay(8, 'test@example.com').get(timeout=20))
