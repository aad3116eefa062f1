"""A task that puts others in its place: `self.replace`, `self.add_to_chord`. Celery: celery/app/task.py"""
from celery.app.sending import ask_engine
from celery.canvas import _chain, group, signature
from celery.canvas.signatures import listed
from celery.exceptions import Ignore, ImproperlyConfigured


class Replacing:
    """The part of Task that does so."""

    def replace(self, sig):
        """Ends this task; `sig` runs under its id, in its place in chains, groups and chords."""
        request = self.request
        if 'chord' in sig.options:
            raise ImproperlyConfigured('A signature replacing a task must not be part of a chord')
        if isinstance(sig, _chain) and not sig.tasks:
            raise ImproperlyConfigured('Cannot replace with an empty chain')
        if isinstance(sig, group):
            # A group has no id to take over: something after it has.
            sig = sig | signature('celery.accumulate', kwargs={'index': 0}, app=self.app)
        for callback in listed(request.callbacks):
            sig.link(callback)
        for errback in listed(request.errbacks):
            sig.link_error(errback)
        if isinstance(sig, _chain) and 'link' in sig.options:
            sig.tasks[-1].extend_list_option('link', sig.options['link'])
        sig.freeze(request.id)
        nesting = (request.get('replaced_task_nesting') or 0) + 1
        sig.set(
            chord=request.chord, group_id=request.group, group_index=request.group_index, root_id=request.root_id,
            replaced_task_nesting=nesting,
        )  # fmt: skip
        if isinstance(sig, _chain):
            for step in sig.tasks:
                step.set(replaced_task_nesting=nesting)
        for step in reversed(request.chain or []):
            sig = sig | signature(step, app=self.app).set(replaced_task_nesting=nesting)
        return self.on_replace(sig)

    def on_replace(self, sig):
        if self.request.is_eager:
            return sig.apply().get()
        sig.delay()
        raise Ignore('Replaced by new task')

    def add_to_chord(self, sig, lazy=False):
        """Makes the header this task belongs to one task larger."""
        request = self.request
        if not request.chord:
            raise ValueError('Current task is not member of any chord')
        sig.set(group_id=request.group, group_index=request.group_index, chord=request.chord, root_id=request.root_id)
        sig.freeze()
        ask_engine('enlarge-chord', groupId=request.group)
        return sig if lazy else sig.delay()

    def add_trail(self, result):
        if self.trail:
            self.request.children.append(result)
        return result
