"""What is known about how an execution ended: answers of AWS, as they came."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error of a state or of the execution.

    Attributes:
        error: its name, such as ``States.TaskFailed``; empty where there is none.
        cause: what AWS says of it.
        state: the name of the state that failed; None where none did.
        resource: what a task called, such as ``batch:submitJob.sync``.
        role: the ARN of the role of the state machine.
        location: of an expression that failed: which member of the state it is in.
        is_fail_state: whether the state is one of type Fail, by which a state machine ends itself.
    """

    error: str = ""
    cause: str = ""
    state: str | None = None
    resource: str = ""
    role: str | None = None
    location: str = ""
    is_fail_state: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """The cause as JSON; empty where it is none."""
        try:
            found = json.loads(self.cause)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def words(self) -> dict[str, object]:
        """What sentences and commands name."""
        state = f"State {self.state!r}" if self.state else "The execution"
        return {"state": state, "error": self.error, "where": self.location or "an expression"}


def job_of(told: Mapping[str, Any]) -> str | None:
    """The id of the job that a cause describes, as Step Functions writes the answer of DescribeJobs."""
    found = told.get("JobId")
    return found if isinstance(found, str) and ("JobQueue" in told or "Status" in told) else None
