"""Utilities of kombu that this package needs."""
