"""Follows an execution to its end."""

import time
from collections.abc import Callable

from constructs_lib.ops.executions.progress import Progress, Watch
from constructs_lib.ops.patience import Patience

_FIRST, _LAST, _SHARE = 0.2, 5.0, 0.02
"""Seconds between two looks: a fiftieth of the time that it has been followed, from a fifth of a second to five."""


def follow(
    watch: Watch,
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    on_trouble: Callable[[str], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Progress:
    """Look at an execution until it has ended.

    Args:
        watch: looks at it.
        on_progress: gets how far it is, after each look.
        on_trouble: gets why AWS gives no answer at the moment, in one line.
        pause: waits so many seconds, or raises what ends the wait.

    Returns:
        How it ended.

    Raises:
        OperationError: the credentials have expired; it runs on.
        botocore.exceptions.ClientError: AWS refused, or has not answered for ten minutes; it runs on.
    """
    name = watch.execution.rpartition(":")[2]
    patience = Patience(name, f"constructs-lib status {watch.execution}", on_trouble, pause)
    began = time.monotonic()
    while True:
        progress = patience.ask(watch.look)
        on_progress(progress)
        if not progress.is_running:
            return progress
        pause(min(max(_FIRST, _SHARE * (time.monotonic() - began)), _LAST))
