"""The pictures of docs/pictures.md: each workflow, drawn from its definition: ``make pictures``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constructs_lib.graph.mermaid import mermaid
from docs.examples.workflows import NAMES, workflow_definitions

PAGE = Path(__file__).with_suffix(".md")
BEGIN, END = "<!-- drawn -->\n", "<!-- /drawn -->\n"

_WHAT = {
    "SubmitJob": "One job, or one array job.",
    "MapFanOut": "A job for each item, submitted by a Map state.",
    "MapFanOutWithFallback": "The same with a `fallback_queue`: a job whose capacity AWS took runs again, there.",
    "ArrayFanOut": "Array jobs whose children are the items; a single item is a single job.",
    "ArrayFanOutWithFallback": "The same with a `fallback_queue`: only children that lost their capacity run again.",
    "DistributedFanOut": "Batches of items, each an array job in an execution of its own; the items may be in S3.",
    "DistributedFanOutWithFallback": "The same with a `fallback_queue`, which each batch uses by itself.",
    "ArrayFanOutWithMemorySteps": "With `memory_steps`: children that ran out of memory run again with more.",
    "ArrayPipeline": "Two stages for each item: child i of the second array waits for child i of the first.",
    "LambdaFanOut": "A function for each item, in place of a job.",
    "EcsTaskFanOut": "A task of Amazon ECS for each item, on Fargate Spot with a last attempt on demand.",
    "RunnableWatchWaiting": "Waits for a job to start: an execution for each job, started by an event.",
    "RunnableWatchActing": "Acts on a job that has waited too long: submits it elsewhere, and tells a topic.",
}


def redrawn(page: str, definitions: Mapping[str, Any]) -> str:
    """The page with new pictures.

    Args:
        page: as it is.
        definitions: of all workflows by name.
    """
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "".join(_section(name, definitions[name]) for name in NAMES) + END + after


def _section(name: str, definition: Any) -> str:
    return f"## {name}\n\n{_WHAT[name]}\n\n```mermaid\n{mermaid(definition)}```\n\n"


if __name__ == "__main__":
    PAGE.write_text(redrawn(PAGE.read_text(), workflow_definitions()))
