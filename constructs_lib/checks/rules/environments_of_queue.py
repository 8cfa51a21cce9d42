"""Queues with more environments than AWS Batch takes."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_ENVIRONMENTS_PER_QUEUE
from constructs_lib.templates.unknown import Unknown


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        entries = items(queue.resource.properties.get("ComputeEnvironmentOrder")) or []
        certain = [entry for entry in entries if not isinstance(entry, Unknown)]
        if len(certain) > MAX_ENVIRONMENTS_PER_QUEUE:
            path = ("ComputeEnvironmentOrder",)
            yield Found(queue.resource, path, str(len(certain)), f"a queue has at most {MAX_ENVIRONMENTS_PER_QUEUE}")


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
