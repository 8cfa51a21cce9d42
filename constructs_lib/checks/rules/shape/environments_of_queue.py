"""Queues with more environments than AWS Batch takes, or with none."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_ENVIRONMENTS_PER_QUEUE
from constructs_lib.templates.unknown import Unknown

_OTHERS: Final = {"JobQueueType", "ServiceEnvironmentOrder"}
"""What a queue of service jobs has: its environments are others."""
_PATH: Final = ("ComputeEnvironmentOrder",)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        properties = queue.resource.properties
        order = properties.get("ComputeEnvironmentOrder", [])
        entries = items(order)
        if entries is None or ("ComputeEnvironmentOrder" not in properties and _OTHERS & {*properties}):
            continue
        certain = [entry for entry in entries if not isinstance(entry, Unknown)]
        if len(certain) > MAX_ENVIRONMENTS_PER_QUEUE:
            yield Found(queue.resource, _PATH, str(len(certain)), f"a queue has at most {MAX_ENVIRONMENTS_PER_QUEUE}")
        if not entries:
            yield Found(queue.resource, _PATH, "no compute environment", "a queue has at least one")


RULE = Rule(
    id="CHECK201",
    title="a queue has 1 to 3 compute environments",
    severity="error",
    otherwise=("CreateJobQueue refuses the queue."),
    fix="Split it into two queues, or let one environment start more.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html",
    example=Example(
        """
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder:
      - {Order: 1, ComputeEnvironment: one}
      - {Order: 2, ComputeEnvironment: two}
      - {Order: 3, ComputeEnvironment: three}
      - <VALUE>
""",
        wrong="{Order: 4, ComputeEnvironment: four}",
        right="!Ref AWS::NoValue",
        unknown="!If [Unclear, {Order: 4, ComputeEnvironment: four}, !Ref AWS::NoValue]",
    ),
    look=_look,
)
