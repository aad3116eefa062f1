"""Calls and workflows as plain wire data: signatures, chains, groups, chords, maps and chunks.

Python builds them; ids are fixed and messages are sent by the engine. Celery: celery/canvas.py; PROTOCOL.md 2.4, 10
"""
from celery.canvas.signatures import Signature, maybe_signature, signature
from celery.canvas.chains import _chain, chain
from celery.canvas.groups import group, maybe_unroll_group
from celery.canvas.chords import _chord
from celery.canvas.maps import chunks, xmap, xstarmap
from celery.canvas.stamping import StampingVisitor

chord = _chord
subtask = signature
maybe_subtask = maybe_signature

__all__ = (
    'Signature', 'StampingVisitor', '_chain', '_chord', 'chain', 'chord', 'chunks', 'group', 'maybe_signature', 'maybe_subtask',
    'maybe_unroll_group', 'signature', 'subtask', 'xmap', 'xstarmap',
)  # fmt: skip
