"""`task_routes`: functions and regular expressions live here, so what a task module sends is routed before it is told.

What a worker sends on by itself (the next step of a chain) is routed by the engine, by the plain part of the same setting.
Celery: celery/app/routes.py
"""
import importlib
import re
from collections.abc import Mapping
from fnmatch import translate


class MapRoute:
    """A router out of a mapping, or out of pairs: names, globs, compiled patterns."""

    def __init__(self, routes):
        self.names = {}
        self.patterns = []
        for key, route in routes.items() if isinstance(routes, Mapping) else routes:
            if isinstance(key, re.Pattern):
                self.patterns.append((key, route))
            elif '*' in key:
                self.patterns.append((re.compile(translate(key)), route))
            else:
                self.names[key] = route

    def __call__(self, name, *args, **kwargs):
        if name in self.names:
            return self.names[name]
        return next((route for pattern, route in self.patterns if pattern.match(name)), None)


def prepare(routes):
    """The setting as a list of functions."""
    if routes is None:
        return []
    if not isinstance(routes, (list, tuple)):
        routes = (routes,)
    return [_router(route) for route in routes]


def _router(route):
    if isinstance(route, (Mapping, list, tuple)):
        return MapRoute(route)
    if isinstance(route, str):
        route = _by_name(route)
        route = route() if isinstance(route, type) else route
    # As Celery before 4: an object with a method.
    own = getattr(route, 'route_for_task', None)
    return route if own is None else lambda name, args, kwargs, options, task=None: own(name, args, kwargs)


def _by_name(path):
    module, _, attribute = path.replace(':', '.').rpartition('.')
    return getattr(importlib.import_module(module), attribute)


def route(routes, options, name, args, kwargs, task_type=None):
    """The options with what the first router that knows the task adds; what the caller said stays."""
    for router in prepare(routes):
        found = router(name, args, kwargs, options, task=task_type)
        if found is not None:
            found = dict(found) if isinstance(found, Mapping) else {'queue': found}
            return {**found, **{key: value for key, value in options.items() if value is not None}}
    return options


def as_data(routes):
    """The part of the setting that is plain data; a function says nothing there."""
    if routes is None:
        return None
    if not isinstance(routes, (list, tuple)):
        routes = (routes,)
    return [_pairs(one) for one in routes if isinstance(one, (Mapping, list, tuple))]


def _pairs(routes):
    pairs = routes.items() if isinstance(routes, Mapping) else routes
    return [[_key(key), dict(route) if isinstance(route, Mapping) else route] for key, route in pairs]


def _key(key):
    if isinstance(key, re.Pattern):
        return {'regex': key.pattern, 'flags': 'i' if key.flags & re.IGNORECASE else ''}
    return key
