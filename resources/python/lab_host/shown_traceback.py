"""Tracebacks as a learner should read them: their own lines and the libraries', without the host's machinery in between.

On a real machine those frames would be C code or the kernel, which Python does not show either.
"""
import traceback

WORKSPACE = '/workspace/'
_HOST = '/lab_host/'
#: Between Python and the thread that it lives in, an exception passes through JavaScript.
_JAVASCRIPT = ('.cjs', '.mjs')


def of(exc, *, from_learner=False):
    """The exception and what led to it. `from_learner`: nothing before the first line of the learner's files."""
    shown = traceback.TracebackException.from_exception(exc)
    seen = set()
    one = shown
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        one.stack = traceback.StackSummary.from_list(_kept(one.stack, from_learner))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return shown


def _kept(stack, from_learner):
    frames = [frame for frame in stack if _HOST not in frame.filename and not frame.filename.endswith(_JAVASCRIPT)]
    if not from_learner:
        return frames
    frames = [frame for frame in frames if not frame.filename.startswith('<frozen importlib')]
    first = next((index for index, frame in enumerate(frames) if frame.filename.startswith(WORKSPACE)), len(frames))
    return frames[first:]
