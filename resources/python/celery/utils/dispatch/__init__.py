"""Celery: celery/utils/dispatch/__init__.py"""
from celery.utils.dispatch.signal import Signal

__all__ = ('Signal',)
