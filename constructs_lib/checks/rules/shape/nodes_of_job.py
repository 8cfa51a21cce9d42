"""Multi-node parallel jobs whose nodes do not add up."""

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_NODE_GROUPS, MAX_NODES

_RANGE: Final = re.compile(r"(\d{0,9}):(\d{0,9})|(\d{1,9})")
_PLACE: Final = "NodeProperties"
_TEMPLATE = """
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: multinode
    NodeProperties:
      NumNodes: 4
      MainNode: 0
      NodeRangeProperties:
        - {TargetNodes: '0', Container: {Image: busybox, Vcpus: 1, Memory: 512}}
        - {TargetNodes: <VALUE>, Container: {Image: busybox, Vcpus: 4, Memory: 4096}}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if definition.is_of_several_nodes:
            yield from _wrong(definition)


def _wrong(definition: Definition) -> Iterator[Found]:
    nodes = definition.nodes
    main = number(member(definition.properties, _PLACE, "MainNode"))
    groups = items(member(definition.properties, _PLACE, "NodeRangeProperties")) or []
    certain = [group for group in groups if isinstance(group, dict)]
    if nodes is not None and not 1 <= nodes <= MAX_NODES:
        yield Found(definition.resource, (_PLACE, "NumNodes"), f"{nodes:,g} nodes", f"a job has 1 to {MAX_NODES:,}")
        return
    if len(certain) > MAX_NODE_GROUPS:
        path = (_PLACE, "NodeRangeProperties")
        yield Found(definition.resource, path, f"{len(certain)} ranges of nodes", f"a job has up to {MAX_NODE_GROUPS}")
    if nodes is None:
        return
    if main is not None and not 0 <= main < nodes:
        got = f"{main:g} as the main node of {nodes:g}"
        yield Found(definition.resource, (_PLACE, "MainNode"), got, "it is one of the nodes, and the first is 0")
    ranges = [_nodes(member(group, "TargetNodes"), int(nodes)) for group in groups]
    known = [each for each in ranges if each is not None]
    if missing := sorted({*range(int(nodes))}.difference(*known)) if len(known) == len(ranges) else []:
        path = (_PLACE, "NodeRangeProperties")
        yield Found(definition.resource, path, f"no range with node {missing[0]} of {nodes:g}", "each node is in one")


def _nodes(value: object, count: int) -> range | None:
    """The nodes of a range such as ``0:3``, ``4:`` or ``2``; None if they are not known."""
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    if found[3]:
        return range(int(found[3]), int(found[3]) + 1)
    return range(int(found[1] or 0), min(int(found[2]) + 1, count) if found[2] else count)


RULE = Rule(
    id="CHECK226",
    title="each node of a multi-node parallel job is in a range, and one of them is the main node",
    severity="error",
    otherwise="RegisterJobDefinition refuses the definition.",
    fix="Let the ranges have all nodes, as `0:` has, and MainNode be less than NumNodes.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_NodeRangeProperty.html",
    example=Example(_TEMPLATE, wrong="'1:2'", right="'1:3'"),
    look=_look,
)
