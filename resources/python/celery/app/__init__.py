"""The app, its configuration and its tasks. Celery: celery/app/__init__.py"""
from celery._state import get_current_app
from celery.app.shared import shared_task
from lab_host.not_covered import name_of

__all__ = ('app_or_default', 'shared_task')

__getattr__ = name_of('celery.app')


def app_or_default(app=None):
    return get_current_app() if app is None else app
