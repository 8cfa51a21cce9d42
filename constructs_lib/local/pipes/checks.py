"""What EventBridge Pipes refuses, and what is not emulated.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html
"""

import json
from collections.abc import Iterator
from typing import Any

from constructs_lib.local.pipes.pipe import service_of
from constructs_lib.local.pipes.targets import MOST_ITEMS, TARGETS
from constructs_lib.local.protocols.constraints import summary, violations
from constructs_lib.local.states.tasks.services import operation

Request = dict[str, Any]

_ENRICHMENTS = ("lambda", "states")
_WITHOUT_WINDOW = 10
_TOLD = "constructs-lib local:"


def problem(name: str, request: Request) -> str | None:
    """Why a pipe is refused; None if it is not.

    Args:
        name: of the operation.
        request: its parameters, and those of the pipe that it changes.
    """
    model = operation("pipes", name)
    broken = list(violations(model.input_shape, request)) if model else []
    if broken:
        return summary(broken)
    return next(_problems(request), None)


def _problems(request: Request) -> Iterator[str]:
    source, target = str(request.get("Source", "")), str(request.get("Target", ""))
    if service_of(source) != "sqs":
        yield f"{_TOLD} a pipe from {source} is not emulated, only pipes from queues of Amazon SQS are"
    if service_of(target) not in TARGETS or (service_of(target) == "events" and ":event-bus/" not in target):
        known = "AWS Batch, ECS, EventBridge, Lambda, CloudWatch Logs, SNS, SQS and Step Functions"
        yield f"{_TOLD} a pipe to {target} is not emulated, only pipes to {known} are"
    enrichment = request.get("Enrichment") or ""
    if enrichment and service_of(enrichment) not in _ENRICHMENTS:
        yield f"{_TOLD} an enrichment by {enrichment} is not emulated, only by functions and Express state machines"
    yield from _batch(request, source, target)
    yield from _parameters(request, target)
    for item in ((request.get("SourceParameters") or {}).get("FilterCriteria") or {}).get("Filters") or []:
        if not _is_object(item.get("Pattern", "{}")):
            yield f"Event pattern is not valid. Reason: {item['Pattern']} is no JSON object"


def _batch(request: Request, source: str, target: str) -> Iterator[str]:
    told = (request.get("SourceParameters") or {}).get("SqsQueueParameters") or {}
    size, window = told.get("BatchSize"), told.get("MaximumBatchingWindowInSeconds") or 0
    most = MOST_ITEMS.get(service_of(target))
    if size is not None and most is not None and size > most:
        yield f"BatchSize {size} is greater than {most}, the greatest batch that the target {target} takes."
    if source.endswith(".fifo"):
        if window:
            yield "MaximumBatchingWindowInSeconds is not supported for FIFO queues."
        if (size or 0) > _WITHOUT_WINDOW:
            yield f"BatchSize {size} is greater than {_WITHOUT_WINDOW}, the greatest batch of a FIFO queue."
    elif (size or 0) > _WITHOUT_WINDOW and window < 1:
        yield (
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than "
            f"{_WITHOUT_WINDOW}"
        )


def _parameters(request: Request, target: str) -> Iterator[str]:
    told = request.get("TargetParameters") or {}
    for service, name in (("batch", "BatchJobParameters"), ("ecs", "EcsTaskParameters")):
        if service_of(target) == service and not told.get(name):
            yield f"{name} must be provided for the target {target}."


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
