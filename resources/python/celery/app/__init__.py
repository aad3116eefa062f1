"""The app, its configuration and its tasks. Celery: celery/app/__init__.py"""
from celery._state import get_current_app, pop_task, push_task
from celery.app.base import Celery
from celery.app.shared import shared_task
from celery.local import Proxy

__all__ = ('Celery', 'Proxy', 'app_or_default', 'pop_current_task', 'push_current_task', 'shared_task')

pop_current_task = pop_task
push_current_task = push_task


def app_or_default(app=None):
    return get_current_app() if app is None else app
