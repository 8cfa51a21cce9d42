"""How a fan-out ends: the same summary for every strategy, and a cause that fits into AWS's limit."""

from typing import Final

from constructs_lib.core.protocol import Summary
from constructs_lib.limits import STEP_FUNCTIONS_CAUSE_CHARACTERS
from constructs_lib.workflows.states.programs import program

# The length of lists in a cause that would be too long: ids have 39 characters each, indexes up to 10.
_INDEXES_IN_CAUSE: Final = 2_000
_JOB_IDS_IN_CAUSE: Final = 300

NOTHING_TO_DO: Final = {
    Summary.TOTAL: 0,
    Summary.SUCCEEDED: 0,
    Summary.FAILED: 0,
    Summary.FAILED_INDEXES: [],
    Summary.JOB_IDS: [],
}
"""The summary of a fan-out over no items: a success without a job."""


SHORT: Final = {
    "mostCharacters": STEP_FUNCTIONS_CAUSE_CHARACTERS,
    "mostIndexes": _INDEXES_IN_CAUSE,
    "mostJobIds": _JOB_IDS_IN_CAUSE,
}
"""Limits for programs that turn a summary into the cause of FanOut.TooManyFailures."""

CAUSE: Final = program(__file__, "cause").bind(**SHORT)

CAUSE_TO_RERUN: Final = program(__file__, "cause_to_rerun").bind(**SHORT)
"""The cause with the command that runs the failed items again."""
