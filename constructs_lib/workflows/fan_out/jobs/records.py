"""What a row of items hands on from round to round, and the record that it leaves behind.

Beside ``{"index", "total", "environment", "indexes"?}`` the input of a round has ``items`` and ``directory``, the
number of the ``round``, its ``size``, the ``places`` of its items in the row (none: all of them), the rounds that are
``pending`` as ``{"round", "places"}``, the places that have ``failed``, the ``jobIds`` so far, and why a job was not
accepted, if one was not (``refusal``). A record has no ``round``.
"""

from typing import Final

from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.states.programs import program

FIRST_ROUND: Final = {"round": 0, "pending": [], "failed": [], "jobIds": [], "refusal": {}}
"""What the input of the first round has besides its items and their size."""


class RoundRecords:
    """JSONata for what follows a round, however it ended.

    Args:
        rounds: where items run again.
    """

    def __init__(self, rounds: RetryTiers) -> None:
        self._rounds = rounds

    @property
    def succeeded(self) -> str:
        """After a job that succeeded."""
        return self._after("round_succeeded")

    @property
    def refused(self) -> str:
        """After items that no job was accepted for."""
        return self._after("round_refused")

    @property
    def single_job_failed(self) -> str:
        """After a single job that failed, or was refused."""
        return self._after("round_single_job_failed")

    @property
    def array_job_failed(self) -> str:
        """After an array job that failed, or was refused."""
        return self._after("round_array_job_failed")

    @property
    def children_failed(self) -> str:
        """With a page of failed children; one without any never ran its children."""
        return self._after("round_children_failed")

    def _after(self, name: str) -> str:
        return program(__file__, name).bind(**self._rounds.counted)
