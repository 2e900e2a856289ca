"""Words for the log about a fault: where it arose, never what it says, which may quote a card or a name."""

import traceback

_FRAMES_AT_MOST = 6


def place(fault: BaseException) -> str:
    """Name a fault's kind and the last calls that led to it, the innermost first."""
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES_AT_MOST:]
    calls = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames)]
    return f"{type(fault).__qualname__}: {' < '.join(calls)}"
