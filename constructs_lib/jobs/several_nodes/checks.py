"""Checks of multi-node parallel jobs.

Source: https://docs.aws.amazon.com/batch/latest/userguide/mnp-node-groups.html
"""

import math
from collections.abc import Sequence

from constructs_lib.compute.instances.traits import has_efa
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import known
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.checks import check_size
from constructs_lib.jobs.several_nodes.group import NodeGroup
from constructs_lib.limits import MAX_NODE_GROUPS, MAX_NODES
from constructs_lib.rules import Rule


def check_groups(place: ArgumentPath, groups: Sequence[NodeGroup], main_node: int) -> None:
    """Refuse groups that AWS Batch would reject, and a main node that does not exist."""
    where = place.of("groups")
    if not 1 <= len(groups) <= MAX_NODE_GROUPS:
        raise Rule.NODE_GROUPS.error(
            where,
            got=f"{len(groups)} groups",
            expected=f"AWS Batch allows 1 to {MAX_NODE_GROUPS} per job",
            fix="Let nodes of one group find their part by AWS_BATCH_JOB_NODE_INDEX.",
        )
    for index, group in enumerate(groups):
        known(place.of(f"groups[{index}].nodes"), group.nodes, "the ranges of the groups are counted from it")
        check_range(place.of(f"groups[{index}].nodes"), group.nodes, 1, math.inf, rule=Rule.NODE_COUNT)
        group.check_options(where.at(index), Platform.EC2)
        size = ArgumentPath(f"Group {index} of {place.kind}", place.scope, place.construct_id)
        check_size(size, Platform.EC2, group.vcpus, group.memory, group.gpus)
    nodes = sum(group.nodes for group in groups)
    if nodes > MAX_NODES:
        raise Rule.NODE_COUNT.error(
            where,
            got=f"{nodes:,} nodes",
            expected=f"AWS allows {MAX_NODES:,} instances per job",
            fix="Use fewer and larger instances.",
        )
    if resolved(main_node) and not 0 <= main_node < nodes:
        raise Rule.MAIN_NODE.error(
            place.of("main_node"),
            got=str(main_node),
            expected=f"the nodes are 0 to {nodes - 1}",
            fix="Choose one of them.",
        )


def check_interfaces(place: ArgumentPath, interfaces: int, instance_type: str | None) -> None:
    """Refuse a negative number of adapters, and an instance type without adapters."""
    where = place.of("efa_interfaces")
    known(where, interfaces, "it is a number of devices of the container")
    check_range(where, interfaces, 0, math.inf, rule=Rule.EFA_INTERFACES)
    if interfaces and resolved(instance_type) and instance_type and not has_efa(instance_type):
        raise Rule.EFA_TYPES.error(
            where,
            got=f"{interfaces} on {instance_type}",
            expected="that type has no Elastic Fabric Adapter",
            fix="Choose such as c7i.48xlarge or hpc7a.96xlarge: "
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html#efa-instance-types.",
        )
