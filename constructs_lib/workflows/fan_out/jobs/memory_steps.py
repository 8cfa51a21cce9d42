"""The memory sizes with which items run again that ran out of memory.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
"""

from collections.abc import Sequence

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.place import Place
from constructs_lib.core.tokens import resolved
from constructs_lib.errors import ConfigurationError
from constructs_lib.jobs.fargate_sizes import check_fargate_size


def check_memory_steps(place: Place, job: batch.IJobDefinition, steps: Sequence[Size]) -> None:
    """Refuse sizes that do not grow, from that of the job on, and those that Fargate does not offer for its vCPUs.

    Args:
        place: the argument.
        job: the definition; of an imported one the size is not known here.
        steps: the sizes in their order.
    """
    container = getattr(job, "container", None)
    before: Size | None = getattr(container, "memory", None)
    of_job = True
    for size in steps:
        if before and not before.is_unresolved() and size.to_mebibytes() <= before.to_mebibytes():
            raise ConfigurationError(
                code="FLOW020",
                where=str(place),
                got=f"{_mebibytes(size)} after {_mebibytes(before)}{' of the job' if of_job else ''}",
                expected="an item that ran out of memory runs again with more",
                fix="Order the sizes from small to large, and begin above the memory of the job definition.",
            )
        if isinstance(container, batch.EcsFargateContainerDefinition) and resolved(container.cpu):
            check_fargate_size(place, container.cpu, size.to_mebibytes())
        before, of_job = size, False


def _mebibytes(size: Size) -> str:
    return f"{size.to_mebibytes():,.0f} MiB"
