"""How many messages a pipe takes at once, and for how long it waits for them.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceSqsQueueParameters.html
"""

from aws_cdk import Duration

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.limits import MAX_PIPE_BATCH, MAX_PIPE_WINDOW_SECONDS
from constructs_lib.rules import Rule

_SERVICE = "Amazon EventBridge Pipes"


def check_batch_size(place: ArgumentPath, size: int | None) -> None:
    """Refuse a size that EventBridge Pipes refuses."""
    check_range(place, size, 1, MAX_PIPE_BATCH, rule=Rule.BATCH_OF_MESSAGES, service=_SERVICE)


def seconds_of_window(place: ArgumentPath, window: Duration | None, *, lowest: int = 0) -> float:
    """A batch window in seconds; one that EventBridge Pipes refuses is refused.

    Args:
        place: the argument.
        window: as given. None is no time.
        lowest: seconds.
    """
    if window is None:
        return 0
    seconds = known(place, in_seconds(place, window), "it is counted with while the app is built")
    check_whole(place, seconds, unit="seconds", rule=Rule.BATCH_OF_MESSAGES)
    highest = MAX_PIPE_WINDOW_SECONDS
    check_range(place, seconds, lowest, highest, rule=Rule.BATCH_OF_MESSAGES, unit=" s", service=_SERVICE)
    return seconds
