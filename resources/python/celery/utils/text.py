"""Texts for people. Celery: celery/utils/text.py"""


def truncate(s, maxlen=128, suffix='...'):
    """Cut at the last space before `maxlen`."""
    return s[:maxlen].rsplit(' ', 1)[0] + suffix if maxlen and len(s) >= maxlen else s


def remove_repeating(substr, s):
    """All but the first occurrence are taken out."""
    head, found, tail = s.partition(substr)
    return head + found + tail.replace(substr, '')


def remove_repeating_from_task(task_name, s):
    """`tasks.add(2), tasks.mul(3)` is shown as `tasks.add(2), mul(3)`."""
    return remove_repeating(str(task_name).rpartition('.')[0] + '.', s)
