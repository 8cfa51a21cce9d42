"""Checks of a Lustre file system's size and kind."""

from aws_cdk import Size
from aws_cdk import aws_fsx as fsx

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import check_whole, in_gibibytes, known
from constructs_lib.limits import (
    FSX_LUSTRE_CAPACITY_STEP_GIB,
    FSX_LUSTRE_MIN_CAPACITY_GIB,
    FSX_LUSTRE_SCRATCH_1_STEP_GIB,
)
from constructs_lib.rules import Rule

_SCRATCH = {fsx.LustreDeploymentType.SCRATCH_1, fsx.LustreDeploymentType.SCRATCH_2}


def check_capacity(
    place: ArgumentPath, capacity: Size | None, deployment_type: fsx.LustreDeploymentType, throughput: int | None
) -> int:
    """The capacity in GiB; refuse one that FSx does not have, and a throughput that does not fit the type."""
    if (throughput is None) is not (deployment_type in _SCRATCH):
        given = "none" if throughput is None else str(throughput)
        raise Rule.LUSTRE_THROUGHPUT.error(
            place.of("per_unit_storage_throughput"),
            got=f"{given} with {deployment_type.name}",
            expected="persistent file systems have to have one, and scratch file systems have their own",
            fix="Pass it with a persistent deployment_type only.",
        )
    if throughput is not None:
        known(place.of("per_unit_storage_throughput"), throughput, "FSx has some throughputs only")
    smallest = FSX_LUSTRE_MIN_CAPACITY_GIB
    where = place.of("capacity")
    asked = smallest if capacity is None else in_gibibytes(where, capacity)
    check_whole(where, known(where, asked, "FSx has some sizes only"), unit="GiB", rule=Rule.LUSTRE_CAPACITY)
    gibibytes = int(asked)
    first = deployment_type is fsx.LustreDeploymentType.SCRATCH_1
    step = FSX_LUSTRE_SCRATCH_1_STEP_GIB if first else FSX_LUSTRE_CAPACITY_STEP_GIB
    if gibibytes not in {smallest, FSX_LUSTRE_CAPACITY_STEP_GIB} and (gibibytes <= 0 or gibibytes % step):
        raise Rule.LUSTRE_CAPACITY.error(
            place.of("capacity"),
            got=f"{gibibytes:,} GiB",
            expected=f"FSx has {smallest:,} GiB, and multiples of {step:,} GiB with {deployment_type.name}",
            fix="Choose the next larger one.",
        )
    return gibibytes
