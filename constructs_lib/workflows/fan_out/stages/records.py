"""What the jobs of an `ArrayPipeline` are told, and what becomes of their failures.

A child that fails makes the children of its index fail in all stages that follow, without having run: an item has
failed in the first stage in which its child failed. The states hand on ``{"total", "environment", "resultsUri",
"itemsUri"?, "jobIds"?, "error"?, "cause"?}``; while children are listed, also ``{"stage", "page"?, "nextToken"?,
"failedStages"}``: the number of the stage that is listed, and by the names of those before the indexes of the items
that failed there.
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
"""The summary as a cause; when it is too long, ``failedStages`` has numbers of items."""

REFUSED: Final = program(__file__, "refused").bind()
"""The input, and why a stage was not accepted."""

FAILED: Final = program(__file__, "failed").bind()
"""What follows when the last stage fails: to ask which items failed where, if it was accepted."""

CHILDREN: Final = program(__file__, "list_failed_children").bind(perPage=CHILDREN_PER_PAGE)


def stage_environment(names: Sequence[str], place: int) -> str:
    """JSONata for the variables of a stage; its results are where the next one finds them.

    Args:
        names: of all stages.
        place: which of them.
    """
    uris = [f"$states.input.resultsUri & '-{name}'" for name in names[:-1]] + ["$states.input.resultsUri"]
    variables = {RESULTS_URI: uris[place], **({PREVIOUS_RESULTS_URI: uris[place - 1]} if place else {})}
    added = ", ".join(f'{{"Name": "{name}", "Value": {value}}}' for name, value in variables.items())
    return jsonata(f"[$states.input.environment[Name != '{RESULTS_URI}'], {added}]")


def add_page(names: Sequence[str]) -> str:
    """JSONata that adds a page of failed children; the last one makes them those of a stage, but for earlier failures.

    Args:
        names: of all stages.
    """
    return program(__file__, "add_page").bind(names=names)


def add_job(names: Sequence[str]) -> str:
    """JSONata that adds a stage of the one item, from the description of its job; the first that failed is the last.

    Args:
        names: of all stages.
    """
    return program(__file__, "add_job").bind(names=names, stages=len(names))


def failures(names: Sequence[str]) -> str:
    """JSONata for the summary of failed items; a last stage that failed without a child never ran its children.

    Args:
        names: of all stages.
    """
    return program(__file__, "failures").bind(last=names[-1])


def all_failed(names: Sequence[str]) -> str:
    """JSONata for the summary when a stage was not accepted, and for why.

    Args:
        names: of all stages.
    """
    return program(__file__, "all_failed").bind(names=names)
