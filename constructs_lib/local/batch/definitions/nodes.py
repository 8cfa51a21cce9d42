"""Definitions of multi-node parallel jobs, and each node in the shape of a job.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_NodeProperties.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html and
https://docs.aws.amazon.com/batch/latest/userguide/mnp-env-vars.html
"""

from dataclasses import replace
from typing import Any

from constructs_lib.limits import MAX_NODES
from constructs_lib.local.batch.definitions import containers
from constructs_lib.local.batch.definitions.containers import Properties, requirements
from constructs_lib.local.batch.definitions.merging import filled
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.scheduler.jobs.job import JobSpec, Part
from constructs_lib.local.scheduler.shapes.capacity import Needs

_ADDRESS = "127.0.0.1"
"""Of the main node: all nodes are on this machine."""


def check(definition: Properties) -> None:
    """Refuse nodes that AWS Batch refuses, or that cannot run here."""
    given = definition.get("nodeProperties")
    if given is None:
        invalid("nodeProperties must be provided for a job definition of type multinode.")
    if "FARGATE" in definition["platformCapabilities"]:
        invalid("Multi-node parallel jobs aren't supported on Fargate.")
    nodes, main = given["numNodes"], given["mainNode"]
    if not 1 <= nodes <= MAX_NODES:
        invalid(f"numNodes must be between 1 and {MAX_NODES}, got {nodes}")
    if not 0 <= main < nodes:
        invalid(f"mainNode must be less than numNodes {nodes}, got {main}")
    for each in given["nodeRangeProperties"]:
        if "container" not in each:
            refuse(f"nodes {each['targetNodes']}: nodes of one container are emulated (container), others are not")
        containers.check(containers.plain(each["container"]), fargate=False)
    for index in range(nodes):
        _range(given, index)


def refuse_changes(request: Properties) -> None:
    """Refuse what only other jobs have."""
    if "arrayProperties" in request:
        refuse("Multinode Array Job not supported")
    for name in ("containerOverrides", "ecsPropertiesOverride"):
        if name in request:
            refuse(f"{name} is not applicable for a job definition with nodeProperties.")


def filled_in(given: Properties, parameters: dict[str, str]) -> Properties:
    """The properties of the nodes with parameters in their commands."""
    ranges = [{**each, "container": filled(each["container"], {}, parameters)} for each in given["nodeRangeProperties"]]
    return {**given, "nodeRangeProperties": ranges}


def main_container(given: Properties) -> Properties:
    """The container of the main node."""
    found: Properties = _range(given, given["mainNode"])["container"]
    return found


def with_nodes(spec: JobSpec, given: Properties) -> JobSpec:
    """The same job with a part for each node."""
    parts = tuple(_part(spec, given, index) for index in range(given["numNodes"]))
    return replace(
        spec,
        parts=parts,
        nodes=tuple(part.spec.needs for part in parts),
        vcpus=sum(part.spec.vcpus for part in parts),
        memory=sum(part.spec.memory for part in parts),
        gpus=sum(part.spec.gpus for part in parts),
    )


def _part(spec: JobSpec, given: Properties, index: int) -> Part:
    main, container = given["mainNode"], _range(given, index)["container"]
    variables = {
        "AWS_BATCH_JOB_MAIN_NODE_INDEX": str(main),
        "AWS_BATCH_JOB_NODE_INDEX": str(index),
        "AWS_BATCH_JOB_NUM_NODES": str(given["numNodes"]),
        **({} if index == main else {"AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS": _ADDRESS}),
    }
    environment = [*container["environment"], *({"name": name, "value": value} for name, value in variables.items())]
    needs = _needs(container)
    own = replace(spec, container={**container, "environment": environment}, **needs._asdict())
    after = {} if index == main else {str(main): "START"}
    return Part(str(index), own, index == main, after, suffix=f"#{index}")


def _needs(container: Properties) -> Needs:
    stated = requirements(container)
    return Needs(float(stated["VCPU"]), float(stated["MEMORY"]), int(stated.get("GPU", 0)))


def _range(given: Properties, index: int) -> Properties:
    """The properties of a node: those of the smallest range that it is in."""
    nodes = given["numNodes"]
    found = [each for each in given["nodeRangeProperties"] if index in _targets(each["targetNodes"], nodes)]
    if not found:
        invalid(f"nodeRangeProperties must have all nodes, node {index} is missing.")
    return min(found, key=lambda each: len(_targets(each["targetNodes"], nodes)))


def _targets(text: str, nodes: int) -> range:
    first, colon, last = text.partition(":")
    if not (first or "0").isdecimal() or not (last or "0").isdecimal():
        invalid(f"targetNodes: {text} is not valid. A range is such as 0:3, 0: or :3.")
    begin: Any = int(first or 0)
    return range(begin, (int(last) + 1 if last else nodes) if colon else begin + 1)
