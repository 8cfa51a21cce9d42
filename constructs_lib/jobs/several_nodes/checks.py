"""Checks of multi-node parallel jobs.

Source: https://docs.aws.amazon.com/batch/latest/userguide/mnp-node-groups.html
"""

import math
from collections.abc import Sequence

from constructs_lib.compute.instances.traits import has_efa
from constructs_lib.core.arguments import check_range
from constructs_lib.core.place import Place
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import known
from constructs_lib.core.tokens import resolved
from constructs_lib.errors import ConfigurationError
from constructs_lib.jobs.checks import check_size
from constructs_lib.jobs.several_nodes.group import NodeGroup
from constructs_lib.limits import MAX_NODE_GROUPS, MAX_NODES


def check_groups(place: Place, groups: Sequence[NodeGroup], main_node: int) -> None:
    """Refuse nodes that AWS Batch refuses, and a main node that is none of them."""
    where = place.of("groups")
    if not 1 <= len(groups) <= MAX_NODE_GROUPS:
        _refuse(
            where,
            f"{len(groups)} groups",
            f"AWS Batch allows 1 to {MAX_NODE_GROUPS} per job",
            "Let nodes of one group find their part by AWS_BATCH_JOB_NODE_INDEX.",
        )
    for index, group in enumerate(groups):
        known(place.of(f"groups[{index}].nodes"), group.nodes, "the ranges of the groups are counted from it")
        check_range(place.of(f"groups[{index}].nodes"), group.nodes, 1, math.inf, code="BATCH031")
        group.check_options(where.at(index), Platform.EC2)
        size = Place(f"Group {index} of {place.kind}", place.scope, place.construct_id)
        check_size(size, Platform.EC2, group.vcpus, group.memory, group.gpus)
    nodes = sum(group.nodes for group in groups)
    if nodes > MAX_NODES:
        _refuse(
            where,
            f"{nodes:,} nodes",
            f"AWS allows {MAX_NODES:,} instances per job",
            "Use fewer and larger instances.",
        )
    if resolved(main_node) and not 0 <= main_node < nodes:
        _refuse(
            place.of("main_node"),
            str(main_node),
            f"the nodes are 0 to {nodes - 1}",
            "Choose one of them.",
        )


def check_interfaces(place: Place, interfaces: int, instance_type: str | None) -> None:
    """Refuse a number of adapters that is none, and a type of instances that has none."""
    where = place.of("efa_interfaces")
    known(where, interfaces, "it is a number of devices of the container")
    check_range(where, interfaces, 0, math.inf, code="BATCH031")
    if interfaces and resolved(instance_type) and instance_type and not has_efa(instance_type):
        _refuse(
            where,
            f"{interfaces} on {instance_type}",
            "that type has no Elastic Fabric Adapter",
            "Choose such as c7i.48xlarge or hpc7a.96xlarge: "
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html#efa-instance-types.",
        )


def _refuse(place: Place, got: str, expected: str, fix: str) -> None:
    raise ConfigurationError(code="BATCH031", where=str(place), got=got, expected=expected, fix=fix)
