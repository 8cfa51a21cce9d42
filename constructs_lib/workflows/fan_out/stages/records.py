"""The variables of the jobs of an `ArrayPipeline`, and the records of their failures.

When a child fails, AWS Batch marks the children of its index in all later stages FAILED, although they never ran: an
item fails in the first stage whose child failed. The states pass on ``{"total", "environment", "resultsUri",
"itemsUri"?, "jobIds"?, "error"?, "cause"?}``; while children are listed, also ``{"stage", "page"?, "nextToken"?,
"failedStages"}``: the number of the listed stage, and for each stage before it the indexes of the items that failed
there.
"""

from collections.abc import Sequence
from typing import Final

from constructs_lib.core.container_contract import PREVIOUS_RESULTS_URI, RESULTS_URI
from constructs_lib.workflows.fan_out.jobs.array_children import CHILDREN_PER_PAGE
from constructs_lib.workflows.fan_out.list.summary import SHORT
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program

SUBMITTED: Final = jsonata('$merge([$states.input, {"jobIds": [$states.input.jobIds, $states.result.JobId]}])')

ALL_SUCCEEDED: Final = program(__file__, "succeeded").bind()

CAUSE: Final = program(__file__, "cause").bind(**SHORT)
"""The summary as a cause; when it is too long, ``failedStages`` has counts instead of indexes."""

REFUSED: Final = program(__file__, "refused").bind()
"""The input, and the error of a rejected stage."""

FAILED: Final = program(__file__, "failed").bind()
"""The output when the last stage fails: the request for failed items, or the error if the stage was rejected."""

CHILDREN: Final = program(__file__, "list_failed_children").bind(perPage=CHILDREN_PER_PAGE)


def stage_environment(names: Sequence[str], place: int) -> str:
    """JSONata for the variables of a stage: where it writes results, and where the stage before has written its own.

    Args:
        names: of all stages.
        place: the number of the stage.
    """
    uris = [f"$states.input.resultsUri & '-{name}'" for name in names[:-1]] + ["$states.input.resultsUri"]
    variables = {RESULTS_URI: uris[place], **({PREVIOUS_RESULTS_URI: uris[place - 1]} if place else {})}
    added = ", ".join(f'{{"Name": "{name}", "Value": {value}}}' for name, value in variables.items())
    return jsonata(f"[$states.input.environment[Name != '{RESULTS_URI}'], {added}]")


def add_page(names: Sequence[str]) -> str:
    """JSONata that adds a page of failed children; the last page removes items that failed in earlier stages.

    Args:
        names: of all stages.
    """
    return program(__file__, "add_page").bind(names=names)


def add_job(names: Sequence[str]) -> str:
    """JSONata that adds the description of one stage's job, for a list of one item; it ends at the first failed stage.

    Args:
        names: of all stages.
    """
    return program(__file__, "add_job").bind(names=names, stages=len(names))


def failures(names: Sequence[str]) -> str:
    """JSONata for the summary of failed items; if the last stage failed without failed children, none of them ran.

    Args:
        names: of all stages.
    """
    return program(__file__, "failures").bind(last=names[-1])


def all_failed(names: Sequence[str]) -> str:
    """JSONata for the summary and the error when a stage was rejected.

    Args:
        names: of all stages.
    """
    return program(__file__, "all_failed").bind(names=names)
