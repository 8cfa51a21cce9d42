"""The rate at which AWS Batch takes jobs.

Source: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html
"""

from constructs_lib.limits import SUBMIT_JOB_PER_SECOND
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.clocks.clock import Clock


class SubmitRate:
    """A bucket of calls that fills up by so many a second, up to so many.

    Args:
        clock: what tells the time.
        per_second: how many SubmitJob calls an account may make. Default: AWS's quota.
    """

    def __init__(self, clock: Clock, per_second: float = SUBMIT_JOB_PER_SECOND) -> None:
        self._clock = clock
        self._per_second = per_second
        self._left = per_second
        self._at = clock.now()

    def take(self) -> None:
        """Count a call.

        Raises:
            BatchError: ``TooManyRequestsException``, there were too many within the last second.
        """
        now = self._clock.now()
        self._left = min(self._per_second, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            raise BatchError("TooManyRequestsException", "Too Many Requests", status=429)
        self._left -= 1
