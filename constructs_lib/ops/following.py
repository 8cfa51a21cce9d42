"""Follows an execution to its end, through throttling and a network that is away for a while."""

import time
from collections.abc import Callable
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import explained, is_expired, is_transient
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.progress import Progress, Watch

_FIRST, _LAST, _SHARE = 0.2, 5.0, 0.02
"""Seconds between two looks: a fiftieth of the time that it has run, from a fifth of a second to five."""
_AGAIN: Final = 5.0
_LONGEST_TROUBLE: Final = 600.0
"""As many seconds nothing may be heard of AWS."""


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
        OperationError: the credentials have expired, or AWS has not answered for ten minutes; it runs on.
    """
    began, heard = time.monotonic(), time.monotonic()
    while True:
        try:
            progress = watch.look()
        except (BotoCoreError, ClientError) as error:
            if is_expired(error):
                raise OperationError(
                    f"the credentials have expired, and {_name(watch)} runs on: renew them, as by `aws sso login`, and "
                    f"go on with `constructs-lib status {watch.execution}`"
                ) from None
            if not is_transient(error) or time.monotonic() - heard > _LONGEST_TROUBLE:
                raise
            on_trouble(f"{explained(error)}: looking again in {_AGAIN:g} s")
            pause(_AGAIN)
            continue
        heard = time.monotonic()
        on_progress(progress)
        if not progress.is_running:
            return progress
        pause(min(max(_FIRST, _SHARE * (heard - began)), _LAST))


def _name(watch: Watch) -> str:
    return watch.execution.rpartition(":")[2]
