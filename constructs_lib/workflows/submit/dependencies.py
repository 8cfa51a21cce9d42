"""The dependencies of a submitted job.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html and
https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html
"""

from collections.abc import Sequence

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import MAX_DEPENDENCIES
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import is_jsonata


def check_dependencies(
    place: ArgumentPath, depends_on: Sequence[str], *, n_to_n: bool, array_size: int | str | None
) -> None:
    """Refuse what AWS Batch would refuse.

    Args:
        place: of the submit.
        depends_on: jobs that it waits for.
        n_to_n: whether each child waits for the child of the same index.
        array_size: as for `SubmitJob`.
    """
    if len(depends_on) > MAX_DEPENDENCIES:
        raise Rule.DEPENDENCY_COUNT.error(
            place.of("depends_on"),
            got=f"{len(depends_on)} jobs",
            expected=f"a job waits for up to {MAX_DEPENDENCIES} jobs",
            fix="Wait for one array job instead of many jobs, or split the dependencies over jobs without work.",
        )
    for index, job_id in enumerate(depends_on):
        if resolved(job_id) and not is_jsonata(job_id) and (not job_id or any(map(str.isspace, job_id))):
            raise Rule.JOB_ID.error(
                place.of("depends_on").at(index),
                got=repr(job_id),
                expected="a dependency is the id of a job",
                fix="Write an expression for it, such as '{% $states.input.JobId %}'.",
            )
    if n_to_n and not depends_on:
        raise Rule.N_TO_N.error(
            place.of("n_to_n"),
            got="no array to wait for",
            expected="children wait for the children of the same index of another array",
            fix="Pass the id of its job as depends_on.",
        )
    if n_to_n and array_size is None:
        raise Rule.N_TO_N.error(
            place.of("n_to_n"),
            got="a single job",
            expected="only the children of an array wait for those of another one",
            fix="Pass array_size, the size of the other array, or leave n_to_n out.",
        )


def dependencies(depends_on: Sequence[str], *, n_to_n: bool) -> list[dict[str, str]] | None:
    """``DependsOn`` of SubmitJob; None without dependencies."""
    kind = {"Type": "N_TO_N"} if n_to_n else {}
    return [{"JobId": job_id, **kind} for job_id in depends_on] or None
