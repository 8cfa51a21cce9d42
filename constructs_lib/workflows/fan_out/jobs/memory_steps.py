"""The memory sizes for further runs of items that ran out of memory.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
"""

from collections.abc import Sequence

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import check_whole, in_mebibytes, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.fargate_sizes import check_fargate_size
from constructs_lib.rules import Rule


def check_memory_steps(place: ArgumentPath, job: batch.IJobDefinition, steps: Sequence[Size]) -> None:
    """Refuse sizes that do not grow beyond that of the job, and those that Fargate does not offer for its vCPUs.

    Args:
        place: the argument.
        job: the definition; the size of an imported one is unknown.
        steps: the sizes in their order.
    """
    container = getattr(job, "container", None)
    memory: Size | None = getattr(container, "memory", None)
    before = in_mebibytes(place, memory) if memory else None
    of_job = True
    for index, each in enumerate(steps):
        size = in_mebibytes(place.at(index), each)
        check_whole(place.at(index), size, unit="MiB", rule=Rule.MEMORY_STEPS)
        if before is not None and resolved(before) and resolved(size) and size <= before:
            raise Rule.MEMORY_STEPS.error(
                place,
                got=f"{readable(size)} MiB after {readable(before)} MiB{' of the job' if of_job else ''}",
                expected="an item that ran out of memory runs again with more",
                fix="Order the sizes from small to large, and begin above the memory of the job definition.",
            )
        if isinstance(container, batch.EcsFargateContainerDefinition) and resolved(container.cpu):
            check_fargate_size(place, container.cpu, size if resolved(size) else None)
        before, of_job = size, False
