"""What a deployed fan-out and the tools that operate it say to each other: names, keys, and the version of both.

A state machine lives longer than the library that made it. Its fan-outs and `constructs-lib rerun`, the embedded AWS
and the pictures meet in what is here and nowhere else: the first state of a fan-out puts out
``{"fanOut": {"name": "Tiles", "version": 1}}``, its other states are called ``Tiles: Plan jobs`` and so on, it ends
with a summary, and the input of an execution may hold a request, ``{"fanOutRerun": {"Tiles": {"indexes": [3, 7]}}}``.

In every version the first state is called `READ_ITEMS` and puts out `FAN_OUT`: that is how versions are recognized. A
change of anything else that an older tool would misunderstand takes the next `VERSION`.
Why: docs/decisions/0022-one-home-for-each-contract.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

VERSION: Final = 1
"""Of all that is here."""

FAN_OUT: Final = "fanOut"
"""The key of the first state's output whose value is an `Identity`."""

FIELD: Final = "fanOutRerun"
"""The key of an execution's input whose value holds a request (`Request`) for each fan-out, by its name."""

PART: Final = 10_000
"""How many items of the list one object of ``indexesKey`` is about; AWS's size of an array when this was fixed."""

# States that are found by their names, which follow that of the fan-out.
READ_ITEMS: Final = "Read items"
"""The first state; it has evaluated the items, and the output of a distributed one says where its results are."""
PLAN_JOBS: Final = "Plan jobs"
"""Its output says where the results of a list are."""
RUN_BATCHES: Final = "Run batches"
"""The Distributed Map; its ``ResultWriter`` names the bucket of the fan-out."""
CHECK_OUTCOME: Final = "Check outcome"
"""Its input has the summary, under `SUMMARY`."""

DIRECTORY: Final = "directory"
"""In the first output of a distributed fan-out: where in the bucket it works; results are below ``results``."""
REQUEST: Final = "rerun"
"""In the same output: the request that it has found, or null."""
SUMMARY: Final = "summary"

_SEPARATOR: Final = ": "


class Summary:
    """The keys of a fan-out's output, which is also the cause of ``FanOut.TooManyFailures``."""

    TOTAL: Final = "total"
    SUCCEEDED: Final = "succeeded"
    FAILED: Final = "failed"
    FAILED_INDEXES: Final = "failedIndexes"
    FAILED_INDEXES_URI: Final = "failedIndexesUri"
    """A JSON array in S3, in place of a long list."""
    JOB_IDS: Final = "jobIds"
    JOB_IDS_URI: Final = "jobIdsUri"
    ITEMS_URI: Final = "itemsUri"
    RESULTS_URI: Final = "resultsUri"
    RERUN: Final = "rerun"
    """In a cause alone: the command that runs the failed items again."""


class Request:
    """The keys of what an execution's input says about one fan-out; without indexes all of its items run."""

    RESULTS_URI: Final = "resultsUri"
    """Where the results of the execution before are, and those of this one go."""
    INDEXES: Final = "indexes"
    INDEXES_KEY: Final = "indexesKey"
    """In the bucket of a distributed fan-out: the prefix of objects with the indexes of `PART` items each."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the first state of a fan-out puts out about it.

    Args:
        name: of the fan-out. In a definition it is the expression that finds it.
        version: of the protocol that the fan-out speaks.
        can_rerun: whether it looks for a request. Default: true.
    """

    name: str
    version: int = VERSION
    can_rerun: bool = True

    def to_json(self) -> dict[str, Any]:
        """As it stands in the output: ``{"name", "version"}``, and ``canRerun`` if it is false."""
        identity = {"name": self.name, "version": self.version}
        return identity if self.can_rerun else {**identity, "canRerun": False}

    @classmethod
    def read(cls, output: object) -> Self | None:
        """The identity in an output, or in the ``Output`` of a definition; None if it has none."""
        found = output.get(FAN_OUT) if isinstance(output, Mapping) else None
        if not isinstance(found, Mapping):
            return None
        name, version = found.get("name"), found.get("version")
        if not isinstance(name, str) or type(version) is not int:
            return None
        return cls(name, version, found.get("canRerun") is not False)


def state_name(fan_out: str, state: str) -> str:
    """What a state of a fan-out is called in its state machine.

    Args:
        fan_out: its name, with all prefixes that it was given.
        state: such as `PLAN_JOBS`.
    """
    return f"{fan_out}{_SEPARATOR}{state}"


def fan_out_of(name: str) -> tuple[str, str]:
    """The name of a fan-out, and that of one of its states without it, from what the state is called."""
    fan_out, _, state = name.rpartition(_SEPARATOR)
    return fan_out, state
