"""Checks of a Lustre file system's size and kind."""

from aws_cdk import Size
from aws_cdk import aws_fsx as fsx

from constructs_lib.batch.arguments import resolved
from constructs_lib.batch.place import Place
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import FSX_LUSTRE_CAPACITY_STEP_GIB, FSX_LUSTRE_MIN_CAPACITY_GIB

_SCRATCH = {fsx.LustreDeploymentType.SCRATCH_1, fsx.LustreDeploymentType.SCRATCH_2}


def check_capacity(
    place: Place, capacity: Size | None, deployment_type: fsx.LustreDeploymentType, throughput: int | None
) -> int:
    """The capacity in GiB; refuse one that FSx does not have, and a throughput that does not fit the type."""
    if (throughput is None) is not (deployment_type in _SCRATCH):
        given = "none" if throughput is None else str(throughput)
        raise ConfigurationError(
            code="STORAGE010",
            where=str(place.of("per_unit_storage_throughput")),
            got=f"{given} with {deployment_type.name}",
            expected="persistent file systems have to have one, and scratch file systems have their own",
            fix="Pass it with a persistent deployment_type only.",
        )
    gibibytes = FSX_LUSTRE_MIN_CAPACITY_GIB if capacity is None else int(capacity.to_gibibytes())
    if (
        resolved(gibibytes)
        and gibibytes != FSX_LUSTRE_MIN_CAPACITY_GIB
        and (gibibytes <= 0 or gibibytes % FSX_LUSTRE_CAPACITY_STEP_GIB)
    ):
        raise ConfigurationError(
            code="STORAGE009",
            where=str(place.of("capacity")),
            got=f"{gibibytes:,} GiB",
            expected=f"FSx for Lustre has {FSX_LUSTRE_MIN_CAPACITY_GIB:,} GiB, and multiples of "
            f"{FSX_LUSTRE_CAPACITY_STEP_GIB:,} GiB",
            fix="Choose the next larger one.",
        )
    return gibibytes
