"""Utilities of Celery that task modules use. Celery: celery/utils/__init__.py"""
from functools import cached_property

from celery.utils.functional import chunks, noop
from celery.utils.imports import gen_task_name, instantiate, qualname
from celery.utils.nodenames import nodename, nodesplit, worker_direct
from kombu.utils.imports import symbol_by_name
from kombu.utils.uuid import uuid

gen_unique_id = uuid
get_cls_by_name = symbol_by_name
get_full_cls_name = qualname

__all__ = (
    'cached_property', 'chunks', 'gen_task_name', 'gen_unique_id', 'get_cls_by_name', 'get_full_cls_name', 'instantiate',
    'nodename', 'nodesplit', 'noop', 'uuid', 'worker_direct',
)  # fmt: skip
