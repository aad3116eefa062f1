"""An object by its path. kombu: kombu/utils/imports.py"""
import importlib


def symbol_by_name(name, aliases=None, imp=None, package=None, sep='.', default=None, **kwargs):
    """`module.name` or `module:name`; what is no text stays itself."""
    if not isinstance(name, str):
        return name
    name = (aliases or {}).get(name) or name
    module, _, attribute = name.rpartition(':' if ':' in name else sep)
    try:
        found = (imp or importlib.import_module)(module or attribute, package=package, **kwargs)
        return getattr(found, attribute) if module and attribute else found
    except (ImportError, AttributeError):
        if default is None:
            raise
        return default
