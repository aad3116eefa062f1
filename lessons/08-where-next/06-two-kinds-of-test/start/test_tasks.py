"""Two tests without a worker, and one with."""

import unittest

from tasks import app, send_confirmation


class Tasks(unittest.TestCase):
    def test_the_function(self):
        """apply() runs the task here and now: no broker, no worker, nothing that could be lost."""
        self.assertIn('order 7', send_confirmation.apply((7, 'test@example.com')).get())

    def test_the_call(self):
        """With this setting delay() does the same, so this one looks as if it tested more."""
        app.conf.task_always_eager = True
        try:
            self.assertIn('order 8', send_confirmation.delay(8, 'test@example.com').get())
        finally:
            app.conf.task_always_eager = False

    def test_the_whole_way(self):
        """Message, queue, worker, result."""
        self.assertIn('order 9', send_confirmation.delay(9, 'test@example.com').get(timeout=5))
