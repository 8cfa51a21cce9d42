"""Jobs that need more of a consumable resource than there is."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import CONSUMABLE
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Licences:
  Type: AWS::Batch::ConsumableResource
  Properties: {ResourceType: REPLENISHABLE, TotalQuantity: 4}
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    ContainerProperties: {Image: busybox, Vcpus: 1, Memory: 512}
    ConsumableResourceProperties:
      ConsumableResourceList: [{ConsumableResource: !Ref Licences, Quantity: <VALUE>}]
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        path = ("ConsumableResourceProperties", "ConsumableResourceList")
        for index, entry in enumerate(items(member(definition.properties, *path)) or ()):
            resource = pipelines.model.find(member(entry, "ConsumableResource"), CONSUMABLE)
            asked = number(member(entry, "Quantity"))
            total = number(resource.properties.get("TotalQuantity")) if resource else None
            if resource and asked is not None and total is not None and asked > total:
                got = f"{asked:g} of {resource.shown}"
                yield Found(definition.resource, (*path, index, "Quantity"), got, f"its TotalQuantity is {total:g}")


RULE = Rule(
    id="CHECK110",
    title="a job needs no more of a consumable resource than its total",
    severity="error",
    otherwise=("The job stays in RUNNABLE forever."),
    fix="Raise TotalQuantity of the resource, or ask for less.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html",
    example=Example(_TEMPLATE, wrong="5", right="2"),
    look=_look,
)
