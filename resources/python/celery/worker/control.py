"""Commands of one's own for the worker's main process, which is not Python here. Celery: celery/worker/control.py"""
