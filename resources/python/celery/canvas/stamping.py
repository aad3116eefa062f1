"""Stamps: headers of one's own on every message that a canvas becomes, given as they are or by a visitor.

They are options of a signature, and `stamped_headers` names which of them they are. Celery: celery/canvas.py (StampingVisitor, stamp)
"""
from abc import ABC, abstractmethod
from copy import deepcopy


class StampingVisitor(ABC):
    """Goes through a canvas. Each method answers stamps for what it is called with and for all that is inside of it."""

    @abstractmethod
    def on_signature(self, sig, **headers):
        """Each single signature."""

    def on_group_start(self, group, **headers):
        return {}

    def on_group_end(self, group, **headers):
        """After its members."""

    def on_chain_start(self, chain, **headers):
        return {}

    def on_chain_end(self, chain, **headers):
        """After its steps."""

    def on_chord_header_start(self, sig, **header):
        return self.on_group_start(header_of(sig), **header)

    def on_chord_header_end(self, sig, **header):
        self.on_group_end(header_of(sig), **header)

    def on_chord_body(self, sig, **header):
        return {}

    def on_callback(self, callback, **header):
        return {}

    def on_errback(self, errback, **header):
        return {}


class Stamping:
    """The part of a signature that is stamped."""

    def stamp(self, visitor=None, append_stamps=False, **headers):
        """Stamps it and its links. A stamp that it has already gives way, or with `append_stamps` becomes a list of both."""
        self.stamp_links(visitor, append_stamps, **headers)
        own = None if visitor is None else visitor.on_signature(self, **headers) or {}
        return self.set(**self._stamp_headers(own, append_stamps, **headers))

    def stamp_links(self, visitor, append_stamps=False, **headers):
        """Callbacks and errbacks; the stamps of what they belong to are not theirs."""
        from celery.canvas.signatures import listed, maybe_signature

        for option, ask in (('link', 'on_callback'), ('link_error', 'on_errback')):
            given = deepcopy(headers)
            for link in listed(self['options'].get(option)):
                link = maybe_signature(link, app=self.app)
                own = None if visitor is None else getattr(visitor, ask)(link, **given) or {}
                # As Celery: what one link gets, those after it get too.
                given = self._stamp_headers(own, append_stamps, self_headers=False, **given)
                link.stamp(visitor, append_stamps, **given)

    def _stamp_headers(self, visitor_headers=None, append_stamps=False, self_headers=True, **headers):
        """Those that are handed on, those of the visitor, and those it has already, as one."""
        found = _named(headers)
        if visitor_headers is not None:
            _merge(found, _named(visitor_headers), append_stamps)
        if self_headers:
            options = self['options']
            names = [*found['stamped_headers'], *(options.get('stamped_headers') or ())]
            found['stamped_headers'] = names
            _merge(found, {key: value for key, value in options.items() if key in names}, append_stamps)
        found['stamped_headers'] = list(dict.fromkeys(found['stamped_headers']))
        return found


def header_of(chord):
    """As a group."""
    from celery.canvas.groups import group

    return chord.tasks if isinstance(chord.tasks, group) else group(chord.tasks)


def _named(headers):
    named = {key: list(value) if isinstance(value, list) else value for key, value in headers.items()}
    if 'stamped_headers' not in named:
        named['stamped_headers'] = list(named)
    return named


def _merge(into, more, append):
    """As Celery: of two values the first stays, unless they are appended; lists and dictionaries are joined in any case."""
    for key, value in more.items():
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict):
            _merge(into[key], value, append)
        elif isinstance(into[key], list) and isinstance(value, list):
            into[key] = [*into[key], *value]
        elif append:
            into[key] = [*_listed(into[key]), *(value if isinstance(value, list) else [value])]


def _listed(value):
    if value is None:
        return []
    return [value] if isinstance(value, (int, float, str)) else list(value)
