"""The rounds in which items run, each with a queue and a memory size.

Every pair of a queue and a memory size is a round: first all sizes of the first queue, then all sizes of the fallback
queue. An item that runs out of memory runs again with the next size on the same queue, a reclaimed item on the fallback
queue with the same size. Both are later rounds, so that each round runs at most once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import as_text
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.jobs.memory_steps import check_memory_steps
from constructs_lib.workflows.fan_out.list.arguments import check_fallback
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import Expression, program

_ROUND: Final = "$states.input.round"


@dataclass(frozen=True)
class RetryTiers:
    """The queues and memory sizes with which items run first and again.

    Args:
        queue: of the first round.
        fallback_queue: for reclaimed items. Default: reclaimed items have failed.
        memory_steps: sizes after that of the job definition. Default: no further sizes.
    """

    queue: batch.IJobQueue
    fallback_queue: batch.IJobQueue | None = None
    memory_steps: Sequence[Size] | None = None

    def check(self, place: ArgumentPath, job: batch.IJobDefinition) -> None:
        """Refuse rounds that would repeat the one before: the same queue, or no more memory."""
        check_fallback(place, self.queue, self.fallback_queue)
        check_memory_steps(place.of("memory_steps"), job, self.memory_steps or ())

    @property
    def several(self) -> bool:
        """Whether any item may run again."""
        return self.last > 0

    @property
    def last(self) -> int:
        """The number of the last round."""
        return (2 if self.fallback_queue else 1) * self._sizes - 1

    @property
    def max_runs_per_item(self) -> int:
        """How often one item may run."""
        return self._sizes + (1 if self.fallback_queue else 0)

    @property
    def most_bytes(self) -> int:
        """The longest list that can be passed on from round to round.

        The rest of a payload is for the places of items that run again, twice when later rounds need the items.
        """
        return STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4 if self.last == 1 else STEP_FUNCTIONS_PAYLOAD_BYTES // 2

    @property
    def counted(self) -> dict[str, int | bool]:
        """The inputs of programs that choose the next round."""
        return {"sizes": self._sizes, "fallback": self.fallback_queue is not None}

    def arguments(self, environment: str) -> dict[str, str]:
        """``JobQueue`` and ``ContainerOverrides`` of a round, if they differ between rounds.

        Args:
            environment: of the containers, an expression.
        """
        return {**self._queue(), **self._overrides(environment)}

    def _queue(self) -> dict[str, str]:
        if self.fallback_queue is None:
            return {}
        first, second = self.queue.job_queue_arn, self.fallback_queue.job_queue_arn
        return {"JobQueue": jsonata(f"{_ROUND} < {self._sizes} ? '{first}' : '{second}'")}

    def _overrides(self, environment: str) -> dict[str, str]:
        """One expression, which keeps the memory of the job definition in the first round of a queue."""
        if not self.memory_steps:
            return {}
        overrides = program(__file__, "overrides_of_round").bind(
            given=Expression(environment),
            larger=[as_text(size.to_mebibytes()) for size in self.memory_steps],
            sizes=self._sizes,
        )
        return {"ContainerOverrides": overrides}

    @property
    def _sizes(self) -> int:
        return len(self.memory_steps or ()) + 1
