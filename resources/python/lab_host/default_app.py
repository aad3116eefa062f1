"""What `celery --config MODULE worker` runs without -A: the default app. Made when it is asked for, so that nobody else has one."""


def __getattr__(name):
    if name != 'app':
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from celery._state import get_current_app

    return get_current_app()
