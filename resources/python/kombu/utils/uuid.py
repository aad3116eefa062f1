"""A fresh id. kombu: kombu/utils/uuid.py"""
from uuid import uuid4


def uuid(_uuid=uuid4):
    return str(_uuid())
