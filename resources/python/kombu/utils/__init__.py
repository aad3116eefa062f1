"""Utilities of kombu that task modules use. kombu: kombu/utils/__init__.py"""
from functools import cached_property

from kombu.utils.functional import maybe_list
from kombu.utils.imports import symbol_by_name
from kombu.utils.uuid import uuid

__all__ = ('cached_property', 'maybe_list', 'symbol_by_name', 'uuid')
