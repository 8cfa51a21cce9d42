"""The input of each round of a chunk of items, and the record after the last round.

Beside ``{"index", "total", "environment", "indexes"?}`` the input of a round has ``items`` and ``directory``, the
number of the ``round``, its ``size``, the ``places`` of its items in the chunk (empty: all of them), the ``pending``
rounds as ``{"round", "places"}``, the places that have ``failed``, the ``jobIds`` so far, and the error of a rejected
job (``refusal``). A record has no ``round``.
"""

from typing import Final

from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.states.programs import program

FIRST_ROUND: Final = {"round": 0, "pending": [], "failed": [], "jobIds": [], "refusal": {}}
"""The fields of the first round's input beside its items and their size."""


class RoundRecords:
    """JSONata for the input of the next round, or the record after the last one.

    Args:
        rounds: in which items run again.
    """

    def __init__(self, rounds: RetryTiers) -> None:
        self._rounds = rounds

    @property
    def succeeded(self) -> str:
        """After a job that succeeded."""
        return self._after("round_succeeded")

    @property
    def refused(self) -> str:
        """After items whose job was rejected."""
        return self._after("round_refused")

    @property
    def single_job_failed(self) -> str:
        """After a single job that failed or was rejected."""
        return self._after("round_single_job_failed")

    @property
    def array_job_failed(self) -> str:
        """After an array job that failed or was rejected."""
        return self._after("round_array_job_failed")

    @property
    def children_failed(self) -> str:
        """After a page of failed children; an array job without failed children never ran them."""
        return self._after("round_children_failed")

    def _after(self, name: str) -> str:
        return program(__file__, name).bind(**self._rounds.counted)
